import { Socket } from "@effect/platform"
import { expect } from "@effect/vitest"
import { Context, Duration, Effect } from "effect"
import { qq } from "../rows/qq.ts"
import { type SceneOptions, story } from "../Story.ts"

/** WebSockets as browsers have them, which cannot ping; what is left is heartbeats. */
const withoutPings: NonNullable<SceneOptions<never, never, never>["network"]> = (network) => {
  const construct = Context.get(network, Socket.WebSocketConstructor)
  return Context.add(network, Socket.WebSocketConstructor, (url, protocols) =>
    Object.defineProperty(construct(url, protocols), "ping", { value: undefined })
  )
}

const beats = Duration.seconds(45 + 10)

for (const [how, options, believed] of [
  ["pings", {}, qq.believed],
  ["heartbeats", { network: withoutPings, believed: beats }, beats]
] as const) {
  story(
    qq,
    `a line that goes half-open is found by ${how} within ${Duration.format(believed)}, and its session goes on (F06, F08, F10)`,
    options,
    ({ connected, converses, down, simulator }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* Effect.sleep("5 minutes")
        yield* simulator.fault({ _tag: "Silence" })
        yield* down(believed)
        yield* connected("5 seconds")
        expect(yield* simulator.counts()).toMatchObject({ identifies: 1, resumes: 1 })
        yield* converses("are you there?")
      })
  )
}

story(
  qq,
  "heartbeats that are no longer answered end the line within the interval and 10 s (F08)",
  {},
  ({ connected, converses, down, simulator, status }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* simulator.fault({ _tag: "DropAcks" })
      yield* down("2 minutes")
      yield* connected("5 seconds")
      yield* simulator.heal
      yield* Effect.sleep("3 minutes")
      expect((yield* status()).state._tag).toBe("Connected")
      yield* converses("are you there?")
    })
)
