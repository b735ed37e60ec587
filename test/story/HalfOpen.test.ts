import { expect } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { plain } from "../../src/handler/Handler.ts"
import { everywhere } from "./Story.ts"

everywhere(
  ({ believed }) =>
    `a line that goes half-open is found within ${Duration.format(believed)}, and nothing is lost (F06, F08, F10, F11)`,
  {},
  ({ connected, converses, down, gateway, main, simulator, status, texts }, { believed, conversation }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("5 minutes")
      yield* converses("are you there?")
      yield* simulator.fault({ _tag: "Silence" })
      yield* simulator.hear({ conversation, text: "hello?" })
      // that the bot can still speak is no sign that it hears
      yield* gateway.send({ account: main, kind: "direct", id: conversation }, plain("I am well"), "greeting")
      yield* down(believed)
      yield* connected("5 seconds")
      yield* Effect.sleep("1 minute")
      expect(yield* texts).toEqual(["are you there?", "I am well", "hello?"])
      expect(yield* status()).toMatchObject({ generation: 1, gaps: [] })
    })
)

everywhere(
  "a line that goes half-open again and again leaves one line and no more fibers (F07, F30, F47, F48)",
  {},
  ({ connected, converses, down, fibers, simulator }, { believed }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("2 minutes")
      const before = yield* fibers
      for (let time = 0; time < 20; time++) {
        yield* simulator.fault({ _tag: "Silence" })
        yield* down(believed)
        yield* connected("40 seconds")
        yield* Effect.sleep("2 minutes")
      }
      expect(yield* simulator.connections).toHaveLength(1)
      expect(yield* fibers).toBeLessThanOrEqual(before)
      yield* converses("are you there?")
    })
)
