import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Stream from "effect/Stream"
import type { Told } from "../../adapter/EventStream.ts"
import * as Colour from "../Colour.ts"
import type { Desk } from "../Control/Desk.ts"
import * as Desks from "../Control/Desks.ts"
import { Heard, live, tellsNothing } from "../Control/Live.ts"
import { expected, named } from "../Control/Named.ts"
import { rounds } from "../Control/Rounds.ts"
import { print, printJson } from "../Output.ts"
import * as Session from "../Session.ts"
import { changed, told, turned } from "./Changes.ts"
import { hear, kinds } from "./Hearing.ts"
import { page } from "./Page.ts"
import * as Screen from "./Screen.ts"
import * as Snapshot from "./Snapshot.ts"

/** How long the same processes are listened to before it is seen whether there are others. */
const listened = Duration.seconds(10)

/** What is shown of each snapshot. */
interface Showing {
  readonly show: (snapshot: Snapshot.Snapshot) => Effect.Effect<void>
  /** whether it is drawn: what it says of times grows old, and of what comes at once only the last is seen */
  readonly drawn: boolean
}

const onScreen = (): Showing => {
  const [screen, paint] = [Screen.make(process.stdout), Colour.of(process.stdout)]
  return { show: (snapshot) => screen.draw(page(snapshot, paint)), drawn: true }
}

const inLines = (json: boolean): Showing => {
  let before: Snapshot.Snapshot | undefined
  const show = (snapshot: Snapshot.Snapshot) =>
    Effect.suspend(() => {
      const rows = changed(before, snapshot)
      const handlers = turned(before, snapshot)
      before = snapshot
      const { at } = snapshot
      return json
        ? printJson(rows.map((row) => Object.assign({ at }, row)))
        : print([...rows.map((row) => told(row, at)), ...handlers].join("\n"))
    })
  return { show, drawn: false }
}

/** Draws everything again at a terminal, and prints a line for each change elsewhere. */
const showing = (json: boolean): Showing => (process.stdout.isTTY === true && !json ? onScreen() : inLines(json))

/** The processes as each last told; one that is found again goes on from there. */
class Known {
  readonly #heard = new Heard()
  readonly #desks = new Map<string, Desk>()

  of(desk: Desk): Desk {
    const { accounts, handlers } = this.#desks.get(nameOf(desk)) ?? desk
    return { ...desk, accounts, handlers }
  }

  /** What a process tells, from where it was heard last. */
  listen(desk: Desk) {
    return live(desk, { events: kinds, contents: false, after: this.#heard.after(desk) })
  }

  hear(desk: Desk, all: Chunk.Chunk<Told>): Effect.Effect<void> {
    this.#desks.set(nameOf(desk), Chunk.reduce(all, this.of(desk), hear))
    return Effect.forEach(all, (told) => this.#heard.note(desk, told), { discard: true })
  }
}

const nameOf = ({ name, process }: Desk): string => `${name} ${process?.since}`

interface WatchOptions {
  readonly json: boolean
  readonly accounts: ReadonlyArray<string>
}

/**
 * Shows how the accounts stand until it is interrupted, whatever becomes of the processes meanwhile: those that end are said
 * to, and those that begin are found.
 */
export const watch = ({ accounts, json }: WatchOptions) =>
  Effect.suspend(() => {
    const { drawn, show } = showing(json)
    const known = new Known()
    const alone = Effect.unsafeMakeSemaphore(1)
    /** what was named, as it was understood while there was somebody who knew it */
    let names: ReadonlyArray<string> | undefined

    const look = (found: Desks.Desks) =>
      Effect.gen(function* () {
        const desks = { ...found, desks: found.desks.map((desk) => known.of(desk)) }
        if (accounts.length > 0) names ??= yield* named(desks, accounts)
        yield* show(yield* Snapshot.take(desks, names ?? expected(desks)))
      }).pipe(alone.withPermits(1))

    const follow = (found: Desks.Desks) => (desk: Desk) =>
      known.listen(desk).pipe(
        drawn ? identity : Stream.rechunk(1),
        Stream.runForEachChunk((all) => Effect.zipRight(known.hear(desk, all), look(found))),
        Effect.catchTags({
          RequestError: () => Effect.void,
          ResponseError: (error) => (tellsNothing(error) ? Session.fail([unable(desk)]) : Effect.void),
          Silent: () => Effect.void
        })
      )

    const round = Effect.gen(function* () {
      const found = yield* Desks.openQuietly
      yield* look(found)
      const processes = found.desks.filter(({ process }) => process !== undefined)
      if (processes.length === 0) return
      const drawing = drawn ? Effect.forever(Effect.zipRight(Effect.sleep("1 second"), look(found))) : Effect.never
      const looking = Effect.raceFirst(Effect.sleep(listened), drawing)
      yield* processes.map(follow(found)).reduce((some, one) => Effect.raceFirst(some, one), looking)
    })

    return rounds(round)
  })

const unable = ({ name }: Desk): string =>
  `${name} cannot tell what changes: is it of another version than this command?`
