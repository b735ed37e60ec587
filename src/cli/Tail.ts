import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Passage } from "../gateway/Passages/Passage.ts"
import type { Told } from "../adapter/EventStream.ts"
import * as Colour from "./Colour.ts"
import type { Desk } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import { Heard, live, tellsNothing } from "./Control/Live.ts"
import { named } from "./Control/Named.ts"
import { rounds } from "./Control/Rounds.ts"
import { print, printJson } from "./Output.ts"
import * as Session from "./Session.ts"
import * as Line from "./Tail/Line.ts"

export interface TailOptions {
  readonly json: boolean
  readonly contents: boolean
  /** only of this one, which may be abbreviated */
  readonly account: Option.Option<string>
}

/** How long the same processes are listened to before it is seen whether there are others. */
const listened = Duration.seconds(30)

const decode = Schema.decodeUnknownOption(Schema.parseJson(Passage))

/** What a process told, if it is a passage. */
const passageOf = ({ data, event }: Told): Option.Option<Passage> =>
  event === "passage" ? decode(data) : Option.none()

const show = (passage: Passage, json: boolean): Effect.Effect<void> =>
  json
    ? printJson([passage])
    : Effect.flatMap(Clock.currentTimeMillis, (now) => print(Line.told(passage, now, Colour.of(process.stdout))))

/** A process stopped telling. */
class Over {
  readonly _tag = "Over"
  constructor(
    readonly name: string,
    /** it cannot tell anything, now or later */
    readonly unable: boolean
  ) {}
}

/** Tells people what is no passage, on standard error, each thing once until another is told. */
const notes = () => {
  let last: string | undefined
  return (text: string | undefined): Effect.Effect<void> =>
    Effect.sync(() => {
      if (text !== undefined && text !== last) process.stderr.write(`holdfast: ${text}\n`)
      last = text
    })
}

/** Shows events and messages as they pass, until it is interrupted, whatever becomes of the processes meanwhile. */
export const tail = ({ account, contents, json }: TailOptions) =>
  Session.within(() =>
    Effect.suspend(() => {
      const heard = new Heard()
      const note = notes()
      let names: ReadonlyArray<string> | undefined

      const tell = (told: Told): Effect.Effect<void> => {
        if (told.event === "skipped") return note("more passes than can be told; some of it was left out")
        const passage = Option.filter(passageOf(told), ({ account }) => names?.includes(account) !== false)
        return Option.match(passage, { onNone: () => Effect.void, onSome: (passage) => show(passage, json) })
      }

      const follow = (desk: Desk): Effect.Effect<never, Over> =>
        live(desk, { events: ["passage"], contents, after: heard.after(desk) }).pipe(
          Stream.runForEach((told) => Effect.zipRight(heard.note(desk, told), tell(told))),
          Effect.mapError((error) => new Over(desk.name, tellsNothing(error))),
          Effect.zipRight(Effect.fail(new Over(desk.name, false)))
        )

      return rounds(
        Effect.gen(function* () {
          const desks = yield* Desks.openQuietly
          const processes = desks.desks.filter(({ process }) => process !== undefined)
          if (processes.length === 0) return yield* note("no process answers; waiting for one")
          if (Option.isSome(account)) names ??= yield* named(desks, [account.value])
          yield* note(undefined)
          const ended = yield* Effect.forEach(processes, follow, { concurrency: "unbounded" }).pipe(
            Effect.either,
            Effect.timeoutOption(listened)
          )
          if (Option.isNone(ended) || Either.isRight(ended.value)) return
          const { name, unable } = ended.value.left
          if (unable)
            return yield* Session.fail([`${name} cannot tell what passes: is it of another version than this command?`])
          yield* note(`${name} tells nothing any more; it is looked for again`)
        })
      )
    })
  )
