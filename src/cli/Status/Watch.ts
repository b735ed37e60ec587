import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AccountStatus } from "../../gateway/Status.ts"
import * as Colour from "../Colour.ts"
import { type Desk, handlersOf } from "../Control/Desk.ts"
import * as Desks from "../Control/Desks.ts"
import { expected, named } from "../Control/Named.ts"
import { rounds } from "../Control/Rounds.ts"
import { print, printJson } from "../Output.ts"
import { changed, told } from "./Changes.ts"
import { page } from "./Page.ts"
import * as Screen from "./Screen.ts"
import * as Snapshot from "./Snapshot.ts"

const every = Duration.seconds(1)

/** How long a process may take to answer before it is looked for anew. */
const patience = Duration.seconds(5)

/** How long the same processes are asked before it is seen whether there are others. */
const turns = 10

/** What is shown of each snapshot: everything again at a terminal, else a line for each change. */
const showing = (json: boolean): ((snapshot: Snapshot.Snapshot) => Effect.Effect<void>) => {
  if (process.stdout.isTTY === true && !json) {
    const [screen, paint] = [Screen.make(process.stdout), Colour.of(process.stdout)]
    return (snapshot) => screen.draw(page(snapshot, paint))
  }
  let before: Snapshot.Snapshot | undefined
  return (snapshot) =>
    Effect.suspend(() => {
      const rows = changed(before, snapshot)
      before = snapshot
      const { at } = snapshot
      return json
        ? printJson(rows.map((row) => Object.assign({ at }, row)))
        : print(rows.map((row) => told(row, at)).join("\n"))
    })
}

/** The same desk with what it says now; fails where it says nothing. */
const askedAgain = (desk: Desk) =>
  desk.process === undefined
    ? Effect.succeed(desk)
    : Effect.zipWith(
        Effect.timeout(desk.client.accounts.list({}), patience),
        handlersOf(desk.client),
        (statuses, handlers): Desk => {
          const accounts = new Map<string, AccountStatus>(statuses.map((status) => [status.account, status]))
          return { ...desk, accounts, handlers }
        },
        { concurrent: true }
      )

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
    const show = showing(json)
    /** what was named, as it was understood while there was somebody who knew it */
    let names: ReadonlyArray<string> | undefined

    const look = (desks: Desks.Desks) =>
      Effect.gen(function* () {
        if (accounts.length > 0) names ??= yield* named(desks, accounts)
        yield* show(yield* Snapshot.take(desks, names ?? expected(desks)))
      })

    const round = Effect.gen(function* () {
      const found = yield* Desks.openQuietly
      yield* look(found)
      let { desks } = found
      for (let turn = 1; turn < turns && desks.some(({ process }) => process !== undefined); turn++) {
        yield* Effect.sleep(every)
        const answers = yield* Effect.option(Effect.forEach(desks, askedAgain, { concurrency: "unbounded" }))
        if (answers._tag === "None") return
        desks = answers.value
        yield* look({ ...found, desks })
      }
    })

    return rounds(round)
  })
