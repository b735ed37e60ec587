import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AccountId } from "../domain/Address.ts"
import * as Pressing from "./Pressing.ts"
import type * as Simulated from "./Simulated.ts"
import * as Talk from "./Talk.ts"
import type { Terminal } from "./Terminal.ts"

/** A simulated platform that the person at the terminal talks on. */
export interface Room {
  readonly row: Simulated.Row
  readonly simulated: Simulated.Simulated
  /** the bot there, where there is a gateway that keeps it */
  readonly bot?: { readonly account: AccountId; readonly restart: Effect.Effect<void> }
}

/** Between two polls the bot is not away. */
const awayFor = "300 millis"

/** Lets the person at the terminal talk to the bots and to the simulated platforms; ends when they leave. */
export const run = (options: {
  readonly rooms: readonly [Room, ...ReadonlyArray<Room>]
  readonly terminal: Terminal
  /** what `/status` shows */
  readonly status: Effect.Effect<void>
}): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { rooms, status, terminal } = options
    const several = rooms.length > 1
    let [room] = rooms
    const about = ({ bot }: Room) => ({ account: bot?.account })

    const enter = (next: Room) =>
      Effect.suspend(() => {
        room = next
        return next.bot === undefined ? Effect.void : terminal.address(next.bot.account)
      })

    const say = ({ row, simulated }: Room, text: string) =>
      Effect.gen(function* () {
        yield* simulated.say(text)
        const isAway = Effect.map(simulated.connections, (lines) => lines.length === 0)
        if ((yield* isAway) && (yield* Effect.delay(isAway, awayFor)))
          yield* terminal.show("platform", row.away, about(room))
      })

    const help = Effect.suspend(() => {
      const { bot, row } = room
      const platforms = several ? rooms.map(({ row }) => row) : []
      const title = several ? `What can go wrong on ${row.title}:\n` : ""
      return terminal.explain(
        `${title}${Talk.listed([...row.manual, ...Talk.own({ platforms, restarts: bot !== undefined })])}`
      )
    })

    const heal = Effect.zipRight(
      Effect.forEach(rooms, ({ simulated }) => simulated.heal, { discard: true }),
      terminal.show("platform", "all is well again")
    )

    const take = (line: string): Effect.Effect<void> =>
      Effect.suspend(() => {
        const { bot, simulated } = room
        if (line.startsWith("//")) return say(room, line.slice(1))
        const [word = "", rest = ""] = /^\/(\S+)\s*(.*)$/.exec(line)?.slice(1) ?? []
        const next = several ? rooms.find(({ row }) => row.name === word) : undefined
        if (next !== undefined)
          return Effect.zipRight(
            enter(next),
            rest === "" ? terminal.show("platform", `you talk to this bot now`, about(next)) : take(rest)
          )
        if (word === "") return say(room, line)
        if (line === "/help") return help
        if (line === "/heal") return heal
        if (line === "/status") return status
        if (line === "/restart" && bot !== undefined) return bot.restart
        return Effect.flatMap(simulated.obey(line), (done) => terminal.show("platform", done, about(room)))
      })

    yield* Effect.forEach(rooms, (each) =>
      each.simulated.saying.pipe(
        Stream.runForEach((said) => terminal.show("bot", Pressing.shown(said), { ...about(each), detail: said })),
        Effect.forkScoped
      )
    )
    yield* enter(room)
    yield* terminal.lines.pipe(
      Stream.takeWhile((line) => line !== "/quit"),
      Stream.runForEach(take)
    )
  })
