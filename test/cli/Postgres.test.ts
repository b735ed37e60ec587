import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Postgres from "../delivery/SqlStore/Postgres.ts"
import { folder, Program } from "./program.ts"
import * as served from "./served.ts"

const conversation = "c2c:0123456789ABCDEF0123456789ABCDEF"
const says = (program: Program, what: RegExp, times = 1) => Effect.promise(() => program.says(what, times))
const ended = (program: Program) => Effect.promise(() => program.ended)

let server: Postgres.Server | undefined

/** A server that this test stops and starts, which it can only where it runs one. */
const own = (): Postgres.Server => {
  if (server === undefined) throw new Error("there is no server")
  return server
}

const without =
  process.env["TEST_POSTGRES_URL"] === undefined
    ? Postgres.missing
    : "the server of TEST_POSTGRES_URL is not ours to stop"

describe.skipIf(without !== undefined)(
  `holdfast run, on PostgreSQL${without === undefined ? "" : ` (skipped: ${without})`}`,
  () => {
    beforeAll(async () => {
      server = await Postgres.server()
    }, 60_000)
    afterAll(() => server?.remove())

    it.scopedLive(
      "waits for a server that is away at the start, bears that it goes, and says in the end what was to be said (F61, F78, F80)",
      () =>
        Effect.gen(function* () {
          const qq = yield* served.qq
          const cwd = folder()
          const run = () =>
            new Program(["run"], {
              cwd,
              env: {
                ...qq.env,
                HOLDFAST_LOG_FORMAT: "pretty",
                HOLDFAST_LOG_LEVEL: "trace",
                HOLDFAST_STORE_URL: own().url.replace("holdfast@", "holdfast:pl4nted@"),
                HOLDFAST_DRAIN_WITHIN: "1 second"
              }
            })
          const answered = (...texts: ReadonlyArray<string>) =>
            qq.simulator.said.pipe(
              Effect.delay("20 millis"),
              Effect.repeat({ until: (said) => said.length >= texts.length }),
              Effect.tap((said) => Effect.sync(() => expect(said.map(({ text }) => text)).toEqual(texts)))
            )

          yield* Effect.promise(() => own().stop())
          const first = run()
          yield* says(
            first,
            /PostgreSQL at \S+, database postgres is not open: .*; no account is connected until it is/
          )
          yield* Effect.promise(() => own().start())
          yield* says(first, /PostgreSQL at \S+, database postgres is open, after/)
          yield* says(first, /connected as demo-bot/)
          yield* qq.simulator.hear({ conversation, text: "one" })
          yield* answered("one")

          yield* Effect.promise(() => own().stop())
          yield* qq.simulator.hear({ conversation, text: "two" })
          yield* Effect.sleep("500 millis")
          expect(yield* qq.simulator.said).toHaveLength(1)
          yield* Effect.promise(() => own().start())
          yield* answered("one", "two")

          yield* Effect.promise(() => own().stop())
          yield* qq.simulator.hear({ conversation, text: "three" })
          first.signal("SIGTERM")
          expect(yield* ended(first)).toBe(0)

          yield* Effect.promise(() => own().start())
          const second = run()
          yield* says(second, /connected as demo-bot/)
          yield* answered("one", "two", "three")
          second.signal("SIGTERM")
          expect(yield* ended(second)).toBe(0)
          expect(first.output + second.output).not.toContain("pl4nted")
          expect(first.output + second.output).not.toMatch(/Deprecation|Unhandled|mistake in this program/)
        }),
      90_000
    )

    it.scopedLive("says at once, with 78, that there is no such database, and what its user may not do", () =>
      Effect.gen(function* () {
        const qq = yield* served.qq
        const refused = (url: string) => {
          const bot = new Program(["run"], { env: { ...qq.env, HOLDFAST_STORE_URL: url } })
          return Effect.map(ended(bot), (code) => [code, bot.stderr] as const)
        }
        const [code, line] = yield* refused(own().url.replace("/postgres?", "/elsewhere?"))
        expect(code).toBe(78)
        expect(line).toMatch(
          /^holdfast: PostgreSQL at \S+, database elsewhere: there is no database of that name \(3D000\); HOLDFAST_STORE_URL says which store is used\n$/
        )
        const [other, stranger] = yield* refused(own().url.replace("holdfast@", "nobody:pl4nted@"))
        expect(other).toBe(78)
        expect(stranger).toMatch(
          /does not let this user in: see to the user and password of the address \(28000\); HOLDFAST_STORE_URL says which store is used\n$/
        )
        expect(stranger).not.toContain("pl4nted")
      })
    )
  }
)
