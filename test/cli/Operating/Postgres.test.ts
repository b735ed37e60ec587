import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Postgres from "../../delivery/SqlStore/Postgres.ts"
import { dead, lines, send, user } from "../operator.ts"

let server: Postgres.Server | undefined

const without =
  process.env["TEST_POSTGRES_URL"] === undefined
    ? Postgres.missing
    : "the server of TEST_POSTGRES_URL is not ours to stop"

describe.skipIf(without !== undefined)(
  `holdfast queue, dead, send, status, why and timeline, on PostgreSQL${without === undefined ? "" : ` (skipped: ${without})`}`,
  () => {
    beforeAll(async () => {
      server = await Postgres.server()
    }, 60_000)
    afterAll(() => server?.remove())

    it.scopedLive(
      "ask the process that runs, then the store, and the process alone while the server is away (F55, F78)",
      () =>
        Effect.gen(function* () {
          const store = { HOLDFAST_STORE_URL: server?.url ?? "" }
          const { command, hear, run, said, stop } = yield* user
          const outbox = Effect.map(command(["queue", "--json"], store), ({ stdout }) => lines(stdout))
          expect((yield* command(["queue"], store)).stdout).toMatch(
            /^No process answers, and nothing is kept: .*PostgreSQL/
          )
          const first = yield* run(store)
          yield* command(send("one", "one"), store)
          yield* dead(first, 1)
          expect((yield* command(["dead", "list"], store)).stdout).toContain("qq:main/one")
          expect(yield* outbox).toMatchObject([{ account: "qq:main", outbox: { waiting: 0, dead: 1 } }])
          expect(yield* stop(first)).toBe(0)
          expect(yield* outbox).toMatchObject([{ account: "qq:main", outbox: { waiting: 0, dead: 1 } }])
          expect((yield* command(["timeline", "main"], store)).stdout).toMatch(/● connected[\s\S]*so far +○ stopped/)
          expect((yield* command(["why"], store)).stdout).toMatch(
            /in\s+good\s+order[\s\S]*Nobody\s+has\s+seen\s+to\s+it/
          )
          expect((yield* command(["dead", "show", "qq:main/one"], store)).stdout).toContain('"text": "one"')
          expect((yield* command(["dead", "retry", "--all"], store)).stdout).toMatch(/^1 was retried/)
          expect((yield* command(send("two", "two"), store)).code).toBe(0)
          expect(yield* outbox).toMatchObject([{ outbox: { waiting: 2, dead: 0 } }])
          yield* hear("hello")
          yield* run(store)
          expect((yield* said(3)).filter((text) => text !== "hello")).toEqual(["one", "two"])
          yield* Effect.promise(async () => server?.stop())
          const away = yield* command(send("three", "three"), store)
          expect(away.code).toBe(1)
          expect(away.stderr).toMatch(/^holdfast: it was not kept, and will not be said: /)
          expect((yield* command(["status"], store)).stdout).toMatch(/qq:main .* (?:as demo-bot|in \d)/)
        }),
      120_000
    )
  }
)
