import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { verdicts } from "../../../src/handler/Webhook/Verdict.ts"
import { answer, endpoint } from "./endpoint.ts"

describe("a status", () => {
  const asked = (status: number, times: number) =>
    Effect.gen(function* () {
      const { handler, posted } = endpoint(
        () => new Response(null, { status, headers: { location: "https://other.example" } })
      )
      const webhook = yield* handler
      const { failure } = yield* answer(webhook)
      for (let index = 1; index < times; index++) yield* answer(webhook, `another ${index}`)
      return { failure, posted: posted.length }
    })

  it.effect("of the table is tried again, waited for, or neither, as its row says", () =>
    Effect.gen(function* () {
      const rows = Object.entries(verdicts)
      expect(rows.length).toBeGreaterThan(10)
      for (const [status, { remedy, retryable, waits, works }] of rows) {
        const { failure, posted } = yield* asked(Number(status), 7)
        const cause = `the endpoint answered ${status}${remedy === undefined ? "" : `: ${remedy}`}`
        expect([failure?.retryable, failure?.cause]).toEqual([retryable, cause])
        expect([status, failure?.until !== undefined]).toEqual([status, waits === true])
        // an endpoint that says what is wrong with an event goes on being asked about others
        expect([status, posted]).toEqual([status, works ? 7 : 5])
      }
    })
  )

  it.effect("of no row is tried again if it is a server's own failure", () =>
    Effect.gen(function* () {
      for (const [status, retryable] of [
        [301, false],
        [307, false],
        [418, false],
        [500, true],
        [502, true],
        [504, true],
        [599, true]
      ] as const)
        expect([status, (yield* asked(status, 1)).failure?.retryable]).toEqual([status, retryable])
    })
  )

  it.effect("a redirect is not followed, so that nobody sends what was written elsewhere", () =>
    Effect.gen(function* () {
      const { failure, posted } = yield* asked(302, 1)
      expect(posted).toBe(1)
      expect(failure?.cause).toContain("redirects are not followed")
    })
  )
})
