import * as Duration from "effect/Duration"
import type { QQSimulatorOptions } from "./Options.ts"
import { parsePlace, type Place, placeKey } from "./Place.ts"
import type { Refusal } from "./Refusals.ts"

const outsider = { c2c: "notFriend", group: "notMember", channel: "notInGuild", dm: "notInGuild" } as const
const overDay = { c2c: "dayQuota", group: "dayQuota", channel: "channelQuota", dm: "dmQuota" } as const

const left = /^(GROUP_DEL_ROBOT|FRIEND_DEL|GUILD_DELETE|CHANNEL_DELETE)$/
const closed = /^(C2C_MSG_REJECT|GROUP_MSG_REJECT)$/
const opened = /^(C2C_MSG_RECEIVE|GROUP_MSG_RECEIVE)$/

/** Where one bot belongs, and what it may say there without being asked. */
export class Standing {
  private readonly places = new Map<string, Place>()
  private readonly refusing = new Set<string>()
  private readonly spoken = new Map<string, Array<number>>()

  constructor(
    private readonly options: QQSimulatorOptions,
    private readonly now: () => number
  ) {
    for (const conversation of options.conversations) {
      const place = parsePlace(conversation)
      if (place !== undefined) this.places.set(placeKey(place), place)
    }
  }

  /** An event there says that the bot belongs, has left, or may or may not speak unasked. */
  note(place: Place, event: string): void {
    const key = placeKey(place)
    if (left.test(event)) this.places.delete(key)
    else this.places.set(key, place)
    if (closed.test(event)) this.refusing.add(key)
    if (opened.test(event)) this.refusing.delete(key)
  }

  /** The place of a channel, whose guild its path does not name. */
  channel(id: string): Place {
    const known = Array.from(this.places.values()).find(
      (place) => place.kind === "channel" && place.id.endsWith(`/${id}`)
    )
    return known ?? { kind: "channel", id: `/${id}` }
  }

  outside(place: Place): Refusal | undefined {
    return this.places.has(placeKey(place)) ? undefined : outsider[place.kind]
  }

  /** Why the bot may not speak there unasked, if it may not. */
  unasked(place: Place): Refusal | undefined {
    const { perDay, perMinute } = this.options.quota[place.kind]
    if (this.since(place, Duration.days(1)) >= perDay) return overDay[place.kind]
    if (this.since(place, Duration.minutes(1)) >= perMinute) return "minuteQuota"
    if (place.kind === "channel" || place.kind === "dm") return undefined
    if (this.options.active === "quota" && !this.refusing.has(placeKey(place))) return undefined
    return place.kind === "c2c" ? "noActiveC2c" : "noActiveGroup"
  }

  spoke(place: Place): void {
    const key = placeKey(place)
    this.spoken.set(key, [...(this.spoken.get(key) ?? []), this.now()])
  }

  private since(place: Place, span: Duration.Duration): number {
    const from = this.now() - Duration.toMillis(span)
    return (this.spoken.get(placeKey(place)) ?? []).filter((at) => at > from).length
  }
}
