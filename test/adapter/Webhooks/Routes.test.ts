import { expect, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Logger, Scope, TestClock } from "effect"
import * as Routes from "../../../src/adapter/Webhooks/Routes.ts"

const request = { method: "POST", path: "/hook", headers: {}, body: new Uint8Array() }
const fine = () => Effect.succeed({ status: 200 })

it.scoped("a path that nobody ever served does not exist, whatever the method", () =>
  Effect.gen(function* () {
    const { answer, refusal } = yield* Routes.make
    expect(refusal(request)).toEqual({ status: 404 })
    expect(refusal({ ...request, method: "GET" })).toEqual({ status: 404 })
    expect(yield* answer(request)).toEqual({ status: 404 })
  })
)

it.scoped("what is served takes posts and nothing else", () =>
  Effect.gen(function* () {
    const { answer, refusal, serve } = yield* Routes.make
    yield* serve("/hook", fine)
    expect(refusal(request)).toBeUndefined()
    expect(yield* answer(request)).toEqual({ status: 200 })
    expect(yield* answer({ ...request, method: "PUT" })).toMatchObject({ status: 405 })
  })
)

it.scoped("who served a path may be back: until then what is posted has to come again", () =>
  Effect.gen(function* () {
    const { answer, refusal, serve } = yield* Routes.make
    const line = yield* Scope.make()
    yield* Scope.extend(serve("/hook", fine), line)
    yield* Scope.close(line, Exit.void)
    expect(refusal(request)).toEqual(Routes.later)
    expect(yield* answer(request)).toEqual(Routes.later)
    yield* serve("/hook", fine)
    expect(yield* answer(request)).toEqual({ status: 200 })
  })
)

it.scoped("who comes second is refused, and who came first goes on", () =>
  Effect.gen(function* () {
    const { answer, serve } = yield* Routes.make
    yield* serve("/hook", fine)
    const refused = yield* Effect.flip(Effect.scoped(serve("/hook", () => Effect.succeed({ status: 500 }))))
    expect(refused.message).toBe("its path is served already, for another account: give it one of its own")
    expect(yield* answer(request)).toEqual({ status: 200 })
  })
)

it.scoped("a handler that never answers is given 30 s", () =>
  Effect.gen(function* () {
    const { answer, serve } = yield* Routes.make
    yield* serve("/hook", () => Effect.never)
    const asking = yield* Effect.fork(answer(request))
    yield* TestClock.adjust(Duration.subtract(Routes.answerWithin, "1 millis"))
    expect(asking.unsafePoll()).toBeNull()
    yield* TestClock.adjust("1 millis")
    expect(yield* Fiber.join(asking)).toEqual(Routes.later)
  })
)

it.scoped("a handler that dies takes nobody with it", () =>
  Effect.gen(function* () {
    const { answer, serve } = yield* Routes.make
    yield* serve("/hook", () => Effect.die("boom"))
    expect(yield* answer(request)).toEqual({ status: 500 })
  }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
)
