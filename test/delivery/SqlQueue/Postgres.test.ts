import { PgClient } from "@effect/sql-pg"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import * as SqlQueue from "../../../src/delivery/SqlQueue.ts"
import { SqlStore } from "../../../src/delivery/SqlStore.ts"
import * as QueueSuite from "../../../src/testing/QueueSuite.ts"
import * as Postgres from "../SqlStore/Postgres.ts"

const given = process.env["TEST_POSTGRES_URL"]
let url = given ?? ""
let own: Postgres.Server | undefined
let made = 0
/** Apart from what earlier runs left in a database that is not ours. */
const run = `${process.pid}-${Math.random().toString(36).slice(2)}`

const store = Layer.suspend(() => SqlStore.layer.pipe(Layer.provide(PgClient.layer({ url: Redacted.make(url) }))))

it("has a PostgreSQL where one is required", () => {
  expect(process.env["CI_REQUIRE_POSTGRES"] === "1" ? Postgres.missing : undefined).toBeUndefined()
})

describe.skipIf(Postgres.missing !== undefined)(
  Postgres.missing === undefined ? "on PostgreSQL" : `on PostgreSQL (skipped: ${Postgres.missing})`,
  () => {
    beforeAll(async () => {
      if (given !== undefined) return
      own = await Postgres.server()
      url = own.url
    }, 60_000)
    afterAll(() => own?.remove())

    QueueSuite.suite(
      "SqlQueue",
      ({ capacity }) =>
        Effect.gen(function* () {
          const name = `${run}-${made++}`
          const context = yield* Layer.build(store)
          return yield* Effect.gen(function* () {
            const fed = yield* SqlQueue.make({ name: `fed ${name}`, capacity, dead: 100 }, Schema.String)
            const queue = yield* SqlQueue.makeFeeding(
              { name: `queue ${name}`, capacity, dead: 100 },
              Schema.String,
              fed
            )
            return { queue, fed }
          }).pipe(Effect.provide(context))
        }),
      { chain: 5000 }
    )
  }
)
