import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Hash from "effect/Hash"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { AccountId } from "../domain/Address.ts"
import { type Points, points, type ResumeStore } from "./ResumeStore.ts"

/** So many are kept of one account: those that were said last. */
export const kept = 1000

/** The longest data that a button holds, in UTF-16 units: what is kept is in memory, too. */
export const longest = 4096

/** What a name begins with; data that begins so is kept as well, so that none is taken for a name. */
const mark = "holdfast:"

export const isName = (given: string): boolean => given.startsWith(mark)

const utf8 = new TextEncoder()

/** Whether data needs a name where a platform takes up to so many bytes of it, and none that is empty. */
export const needsName = (data: string, bytes: number): boolean =>
  data === "" || isName(data) || utf8.encode(data).length > bytes

const short = (hash: number): string => (hash >>> 0).toString(36)

/** Both halves see all of it: two data that share a name would be taken for one another. */
const nameOf = (data: string): string =>
  `${short(Hash.string(data))}-${short(Hash.string(`${data.length}${[...data].toReversed().join("")}`))}`

const newest = points(Schema.Array(Schema.String))
const one = points(Schema.String)

/** Data of one account's buttons that its platform has no room for, under short names that outlive the process. */
export class ButtonData {
  // most accounts never need it, and an idle one is to weigh nothing
  private turn: Effect.Semaphore | undefined

  constructor(
    private readonly account: AccountId,
    private readonly store: Context.Context<ResumeStore>
  ) {}

  /** The name for `data`, the same each time; undefined where it cannot be kept now. */
  keep(data: string): Effect.Effect<string | undefined> {
    return Effect.suspend(() => {
      this.turn ??= Effect.unsafeMakeSemaphore(1)
      return this.turn.withPermits(1)(this.write(nameOf(data), data))
    })
  }

  /** What a button that was given this holds: itself unless it is a name; undefined once `kept` others were said since. */
  recall(given: string): Effect.Effect<string | undefined> {
    if (!isName(given)) return Effect.succeed(given)
    return Effect.map(
      Effect.flatMap(this.at(given.slice(mark.length)), ({ load }) => load),
      Option.getOrUndefined
    )
  }

  private at(name: string): Effect.Effect<Points<string>> {
    return Effect.provide(one(`${this.account}/button/${name}`), this.store)
  }

  private write(name: string, data: string): Effect.Effect<string | undefined> {
    const { account, store } = this
    const at = (name: string) => this.at(name)
    return Effect.gen(function* () {
      const point = yield* at(name)
      yield* point.save(data)
      const names = yield* Effect.provide(newest(`${account}/buttons`), store)
      const others = Option.getOrElse(yield* names.load, () => []).filter((other) => other !== name)
      const [gone, stay] = [others.slice(0, -(kept - 1)), others.slice(-(kept - 1))]
      yield* Effect.forEach(gone, (name) => Effect.flatMap(at(name), ({ clear }) => clear), { discard: true })
      yield* names.save([...stay, name])
      return (yield* point.written) ? `${mark}${name}` : undefined
    })
  }
}

/** The data of one account's buttons. What stands in the store is read when it is asked for. */
export const make = (account: AccountId): Effect.Effect<ButtonData, never, ResumeStore> =>
  Effect.map(Effect.context<ResumeStore>(), (store) => new ButtonData(account, store))
