import { Chunk, type Context, Duration, Effect, Fiber, Stream, TestClock } from "effect"
import type { Event } from "../../../src/domain/Event.ts"
import type { Downloads } from "../../../src/handler/Downloads.ts"
import * as Exec from "../../../src/handler/Exec.ts"
import type { Handler } from "../../../src/handler/Handler.ts"
import { served } from "../downloads.ts"
import { written } from "../events.ts"
import * as Actor from "./actor.ts"

export const crashed = { _tag: "Exited", code: 1 } as const

export const turn = (millis: number) => TestClock.adjust(Duration.millis(millis))

/** A program that is kept, played by the test. */
export const opened = (options: Partial<Exec.Options> = {}, downloads?: Context.Tag.Service<Downloads>) =>
  Effect.gen(function* () {
    const { layer, lives, stage } = yield* Actor.make
    const kept = Exec.make({ command: { file: "bot", args: [] }, name: "bot", mode: "ndjson", ...options })
    const handler = served(yield* Effect.provide(kept, layer), downloads)
    yield* turn(0)
    const health = Effect.map(handler.health ?? Effect.succeed([]), ([one]) => one)
    const life = (index: number) =>
      Effect.suspend(() => {
        const found = lives[index]
        return found === undefined ? Effect.dieMessage(`it has lived ${lives.length} times`) : Effect.succeed(found)
      })
    return { handler, health, life, lives, stage }
  })

/** Asks, and goes on once it has been asked. */
export const asked = (handler: Handler, event: Event) =>
  Effect.zipLeft(Effect.fork(Effect.map(Stream.runCollect(handler(event)), Chunk.toReadonlyArray)), turn(0))

export const asks = (handler: Handler, text: string) => asked(handler, written(text, text))

export const failure = <A, E>(fiber: Fiber.Fiber<A, E>) => Effect.flip(Fiber.join(fiber))

export const text = (text: string) => ({ text, format: "plain" })
