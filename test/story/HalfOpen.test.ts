import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { plain } from "../../src/handler/Handler.ts"
import { type Scene, story } from "./Story.ts"

const found = ({ connected, converses, down, gateway, main, simulator }: Scene, within: "25 seconds" | "55 seconds") =>
  Effect.gen(function* () {
    const conversation = { account: main, kind: "direct" as const, id: "c2c:7C0E5A9D" }
    yield* connected()
    yield* Effect.sleep("5 minutes")
    yield* converses("are you there?")
    yield* simulator.fault({ _tag: "Silence" })
    yield* simulator.hear({ conversation: "c2c:7C0E5A9D", text: "hello?" })
    // that the bot can still speak is no sign that it hears
    yield* gateway.send(conversation, plain("I am well"), "greeting")
    yield* down(within)
    yield* connected("5 seconds")
    expect(yield* simulator.counts()).toMatchObject({ identifies: 1, resumes: 1 })
    yield* Effect.sleep("1 minute")
    expect((yield* simulator.said).map(({ text }) => text)).toEqual(["are you there?", "I am well", "hello?"])
  })

story("a line that goes half-open is found within 25 s where pings are answered (F06, F08, F10, F11)", {}, (scene) =>
  found(scene, "25 seconds")
)

story(
  "a line that goes half-open is found within the heartbeat interval and 10 s where there are no pings (F06, F08, F10, F11)",
  { pings: false },
  (scene) => found(scene, "55 seconds")
)

story("heartbeats that are no longer answered end the line within the interval and 10 s (F08)", {}, (scene) =>
  Effect.gen(function* () {
    const { connected, converses, down, simulator } = scene
    yield* connected()
    yield* simulator.fault({ _tag: "DropAcks" })
    yield* down("2 minutes")
    yield* connected("5 seconds")
    yield* simulator.heal
    yield* Effect.sleep("3 minutes")
    expect((yield* scene.status()).state._tag).toBe("Connected")
    yield* converses("are you there?")
  })
)

story(
  "a line that goes half-open again and again leaves one line and no more fibers (F07, F30, F47, F48)",
  {},
  (scene) =>
    Effect.gen(function* () {
      const { connected, converses, down, fibers, simulator } = scene
      yield* connected()
      yield* Effect.sleep("2 minutes")
      const before = yield* fibers
      for (let time = 0; time < 20; time++) {
        yield* simulator.fault({ _tag: "Silence" })
        yield* down("25 seconds")
        yield* connected("40 seconds")
        yield* Effect.sleep("2 minutes")
      }
      expect(yield* simulator.connections).toHaveLength(1)
      expect(yield* fibers).toBeLessThanOrEqual(before)
      yield* converses("are you there?")
    })
)
