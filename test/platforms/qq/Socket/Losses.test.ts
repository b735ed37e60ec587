import { describe, expect, it } from "@effect/vitest"
import { Effect, Option, Redacted } from "effect"
import { ConnectionLost } from "../../../../src/adapter/AdapterError.ts"
import { accountId } from "../../../../src/domain/Address.ts"
import * as Losses from "../../../../src/platforms/qq/Socket/Losses.ts"

const account = accountId("qq", "main")
const secret = Redacted.make("t")
const token = { get: Effect.succeed(secret), drop: () => Effect.void }
const points = {
  load: Effect.succeed(Option.none()),
  save: () => Effect.void,
  clear: Effect.void,
  written: Effect.succeed(true)
}
const closed = (code: number) =>
  new ConnectionLost({ account, reason: "Closed", cause: "the line was closed", code, resumable: true })

/** What becomes of an account whose lines die of these codes, each as soon as it is opened. */
const die = (...codes: ReadonlyArray<number>) => {
  const losses = Losses.make(account, token, points)
  return Effect.forEach(codes, (code) =>
    Effect.map(
      Effect.flip(losses.judge({ token: secret, since: 0n, sent: "identify", established: false }, closed(code))),
      ({ _tag }) => _tag
    )
  )
}

describe("Losses", () => {
  it.effect("a code that makes us suspect ourselves calls for a person when it comes three times in a row (F31)", () =>
    Effect.gen(function* () {
      expect(yield* die(4001, 4002, 4001)).toEqual(["ConnectionLost", "ConnectionLost", "AdapterFatal"])
    })
  )

  it.effect("a line that dies of something else in between begins the row anew", () =>
    Effect.gen(function* () {
      expect(yield* die(4001, 4001, 4009, 4001)).not.toContain("AdapterFatal")
    })
  )
})
