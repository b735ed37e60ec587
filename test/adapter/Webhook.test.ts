import { expect, it } from "@effect/vitest"
import { Chunk, Deferred, Duration, Effect, Exit, Fiber, FiberId, Option, Scope, Stream, TestClock } from "effect"
import { AdapterFatal, ConnectionLost } from "../../src/adapter/AdapterError.ts"
import type { Signal } from "../../src/adapter/Signal.ts"
import * as Webhook from "../../src/adapter/Webhook.ts"
import { NotServed, type WebhookAnswer, Webhooks } from "../../src/adapter/Webhooks.ts"
import * as Routes from "../../src/adapter/Webhooks/Routes.ts"
import { accountId } from "../../src/domain/Address.ts"
import type { MessageReceived } from "../../src/domain/Event.ts"

const account = accountId("fake", "main")

const said = (id: string): MessageReceived => ({
  _tag: "MessageReceived",
  id,
  conversation: { account, kind: "direct", id: "chat:1" },
  sender: { id: "1" },
  at: 0,
  text: id,
  addressed: true,
  attachments: [],
  mentions: []
})

const lost = (cause: string) => new ConnectionLost({ account, reason: "Transport", cause, resumable: true })

const self = { id: "7", bot: true }
const well: Webhook.Options["open"] = (keep) =>
  Effect.succeed({
    self,
    resumed: true,
    proven: Effect.void,
    check: Effect.void,
    answer: ({ body }) => Effect.as(keep(said(new TextDecoder().decode(body))), { status: 200 })
  })

/** A platform that posts, and one line of an account that it posts to. */
const line = (open: Webhook.Options["open"] = well, routes?: Routes.Routes) =>
  Effect.gen(function* () {
    const platform = routes ?? (yield* Routes.make)
    const session = yield* Webhook.session({ account, path: "/hook", open }).pipe(
      Effect.provideService(Webhooks, platform)
    )
    const scope = yield* Effect.acquireRelease(Scope.make(), Scope.close)
    const pull = yield* Stream.toPull(session).pipe(
      Effect.provideService(Scope.Scope, scope),
      Effect.map((pull) => Effect.provideService(pull, Scope.Scope, scope))
    )
    return {
      pull: Effect.map(pull, Chunk.toReadonlyArray),
      failure: Effect.flip(Effect.repeat(pull, { until: () => false })).pipe(Effect.map(Option.getOrUndefined)),
      post: (id: string) =>
        Effect.fork(
          platform.answer({ method: "POST", path: "/hook", headers: {}, body: new TextEncoder().encode(id) })
        ),
      close: Scope.close(scope, Exit.interrupt(FiberId.none)),
      done: Scope.close(scope, Exit.void)
    }
  })

const connected = (signals: ReadonlyArray<Signal>) => signals.map(({ _tag }) => _tag)
const ids = (signals: ReadonlyArray<Signal>) =>
  signals.flatMap((signal) => (signal._tag === "Received" ? [signal.event.id] : []))

const settled = (answering: Fiber.RuntimeFiber<WebhookAnswer>) =>
  Effect.map(TestClock.adjust(0), () => {
    const exit = answering.unsafePoll()
    return exit === null ? "waiting" : exit._tag === "Success" ? exit.value.status : exit
  })

it.scoped("a line is connected once its webhook is open, and tells for how long that is good", () =>
  Effect.gen(function* () {
    const { pull } = yield* line()
    expect(yield* pull).toEqual([{ _tag: "Connected", resumed: true, self, silence: Duration.seconds(85) }])
  })
)

it.scoped("a request is answered when what it brought is kept, and not before: that is the next pull (F78)", () =>
  Effect.gen(function* () {
    const { post, pull } = yield* line()
    yield* pull
    const answering = yield* post("one")
    expect(yield* settled(answering)).toBe("waiting")
    expect(ids(yield* pull)).toEqual(["one"])
    expect(yield* settled(answering)).toBe("waiting")
    yield* Effect.fork(pull)
    expect(yield* settled(answering)).toBe(200)
  })
)

it.scoped("requests that come side by side are one chunk, in order", () =>
  Effect.gen(function* () {
    const { post, pull } = yield* line()
    yield* pull
    for (const id of ["one", "two", "three"]) yield* post(id)
    yield* TestClock.adjust(0)
    expect(ids(yield* pull)).toEqual(["one", "two", "three"])
  })
)

it.scoped("nobody pulls: after 20 s the platform has to come again, and what it takes back is not said twice", () =>
  Effect.gen(function* () {
    const { post, pull } = yield* line()
    yield* pull
    const first = yield* post("one")
    yield* TestClock.adjust(Webhook.keptWithin)
    expect(yield* Fiber.join(first)).toEqual(Routes.later)
    const again = yield* post("one")
    yield* TestClock.adjust(0)
    expect(ids(yield* pull)).toEqual(["one"])
    yield* Effect.fork(pull)
    expect(yield* settled(again)).toBe(200)
  })
)

it.scoped("what was emitted and is not known to be kept is not acknowledged, however late the pull comes", () =>
  Effect.gen(function* () {
    const { post, pull } = yield* line()
    yield* pull
    const answering = yield* post("one")
    yield* TestClock.adjust(0)
    expect(ids(yield* pull)).toEqual(["one"])
    yield* TestClock.adjust(Webhook.keptWithin)
    expect(yield* Fiber.join(answering)).toEqual(Routes.later)
  })
)

it.scoped("the line goes down: whoever waits has to come again, and so does whoever comes now", () =>
  Effect.gen(function* () {
    const { close, post, pull } = yield* line()
    yield* pull
    const emitted = yield* post("one")
    yield* TestClock.adjust(0)
    yield* pull
    const waiting = yield* post("two")
    yield* TestClock.adjust(0)
    yield* close
    expect(yield* Fiber.join(emitted)).toEqual(Routes.later)
    expect(yield* Fiber.join(waiting)).toEqual(Routes.later)
    expect(yield* Effect.flatMap(post("three"), Fiber.join)).toEqual(Routes.later)
  })
)

it.scoped("who pulls is done: what was kept is acknowledged, and what was not pulled has to come again (F78)", () =>
  Effect.gen(function* () {
    const { done, post, pull } = yield* line()
    yield* pull
    const emitted = yield* post("one")
    yield* TestClock.adjust(0)
    yield* pull
    const waiting = yield* post("two")
    yield* TestClock.adjust(0)
    yield* done
    expect(yield* Fiber.join(emitted)).toEqual({ status: 200 })
    expect(yield* Fiber.join(waiting)).toEqual(Routes.later)
  })
)

it.scoped("what does not end with its line holds up neither who waits nor the next line (F17)", () =>
  Effect.gen(function* () {
    const routes = yield* Routes.make
    const first = yield* line(
      (keep) =>
        Effect.zipRight(
          Effect.addFinalizer(() => Effect.never),
          well(keep)
        ),
      routes
    )
    yield* first.pull
    const waiting = yield* first.post("one")
    yield* TestClock.adjust(0)
    yield* Effect.forkDaemon(first.close)
    expect(yield* Fiber.join(waiting)).toEqual(Routes.later)
    const second = yield* line(well, routes)
    expect(connected(yield* second.pull)).toEqual(["Connected"])
  })
)

it.scoped("the next line takes what comes again", () =>
  Effect.gen(function* () {
    const routes = yield* Routes.make
    const first = yield* line(well, routes)
    yield* first.pull
    yield* first.post("one")
    yield* TestClock.adjust(0)
    yield* first.close
    const second = yield* line(well, routes)
    yield* second.pull
    const again = yield* second.post("one")
    yield* TestClock.adjust(0)
    expect(ids(yield* second.pull)).toEqual(["one"])
    yield* Effect.fork(second.pull)
    expect(yield* settled(again)).toBe(200)
  })
)

it.scoped("more than a thousand do not wait together", () =>
  Effect.gen(function* () {
    const { post, pull } = yield* line()
    yield* pull
    for (let index = 0; index < Webhook.atOnce; index += 1) yield* post(`${index}`)
    yield* TestClock.adjust(0)
    expect(yield* Effect.flatMap(post("one too many"), Fiber.join)).toEqual(Routes.later)
    expect(ids(yield* pull)).toHaveLength(Webhook.atOnce)
    yield* Effect.fork(pull)
    yield* TestClock.adjust(0)
    expect(yield* settled(yield* post("after"))).toBe("waiting")
  })
)

it.scoped("who hangs up before the pull has said nothing", () =>
  Effect.gen(function* () {
    const { post, pull } = yield* line()
    yield* pull
    const gone = yield* post("one")
    yield* TestClock.adjust(0)
    yield* Fiber.interrupt(gone)
    yield* post("two")
    yield* TestClock.adjust(0)
    expect(ids(yield* pull)).toEqual(["two"])
  })
)

it.scoped("what is posted while the webhook is being opened waits for it", () =>
  Effect.gen(function* () {
    const gate = yield* Deferred.make<void>()
    const { post, pull } = yield* line((keep) => Effect.zipRight(Deferred.await(gate), well(keep)))
    const pulling = yield* Effect.fork(pull)
    yield* TestClock.adjust(0)
    const early = yield* post("early")
    expect(yield* settled(early)).toBe("waiting")
    yield* Deferred.succeed(gate, undefined)
    expect(connected(yield* Fiber.join(pulling))).toEqual(["Connected"])
    yield* TestClock.adjust(0)
    expect(ids(yield* pull)).toEqual(["early"])
  })
)

it.scoped("a webhook that cannot be opened is the line's loss, and who was posted meanwhile comes again", () =>
  Effect.gen(function* () {
    const gate = yield* Deferred.make<void>()
    const { close, failure, post } = yield* line(() => Effect.zipRight(Deferred.await(gate), lost("no")))
    const failing = yield* Effect.fork(failure)
    yield* TestClock.adjust(0)
    const early = yield* post("early")
    yield* TestClock.adjust(0)
    yield* Deferred.succeed(gate, undefined)
    expect(yield* Fiber.join(failing)).toMatchObject({ cause: "no" })
    yield* close
    expect(yield* Fiber.join(early)).toEqual(Routes.later)
  })
)

it.scoped("a line is not connected before it is proven, and what proves it is posted meanwhile (F41)", () =>
  Effect.gen(function* () {
    const proof = yield* Deferred.make<void>()
    const { post, pull } = yield* line((keep) =>
      Effect.map(well(keep), (opened) => ({
        ...opened,
        proven: Deferred.await(proof),
        answer: (request) => Effect.zipRight(Deferred.succeed(proof, undefined), opened.answer(request))
      }))
    )
    const pulling = yield* Effect.fork(pull)
    yield* TestClock.adjust("10 seconds")
    expect(pulling.unsafePoll()).toBeNull()
    const answering = yield* post("one")
    expect(connected(yield* Fiber.join(pulling))).toEqual(["Connected"])
    expect(ids(yield* pull)).toEqual(["one"])
    yield* Effect.fork(pull)
    expect(yield* settled(answering)).toBe(200)
  })
)

it.scoped("a line that is not proven is lost, and was never connected", () =>
  Effect.gen(function* () {
    const { failure, pull } = yield* line((keep) =>
      Effect.map(well(keep), (opened) => ({ ...opened, proven: lost("nothing comes") }))
    )
    const failing = yield* Effect.fork(failure)
    expect(yield* Fiber.join(failing)).toMatchObject({ cause: "nothing comes" })
    expect((yield* Effect.exit(pull))._tag).toBe("Failure")
  })
)

it.scoped("no server to be posted to is the line's loss, and says why", () =>
  Effect.gen(function* () {
    const routes = yield* Routes.make
    const { failure } = yield* line(well, { ...routes, serve: () => new NotServed({ cause: "port 8080 is taken" }) })
    expect(yield* failure).toMatchObject({ _tag: "ConnectionLost", cause: "port 8080 is taken" })
  })
)

it.scoped("every minute the platform is asked, and its word is proof of life (F10)", () =>
  Effect.gen(function* () {
    let checks = 0
    const check = Effect.sync(() => void (checks += 1))
    const { pull } = yield* line((keep) => Effect.map(well(keep), (opened) => ({ ...opened, check })))
    yield* pull
    for (const minute of [1, 2, 3]) {
      const pulling = yield* Effect.fork(pull)
      yield* TestClock.adjust(Webhook.checkEvery)
      expect(connected(yield* Fiber.join(pulling))).toEqual(["Alive"])
      expect(checks).toBe(minute)
    }
  })
)

it.scoped("what the check finds out ends the line, after what had come before it", () =>
  Effect.gen(function* () {
    const fatal = new AdapterFatal({
      account,
      reason: "Unauthorized",
      retryable: false,
      attempts: 0,
      lastCause: "the token is refused",
      remedy: "another one"
    })
    for (const why of [lost("somebody else set it"), fatal]) {
      const { failure, post, pull } = yield* line((keep) =>
        Effect.map(well(keep), (opened) => ({ ...opened, check: why }))
      )
      yield* pull
      const answering = yield* post("one")
      yield* TestClock.adjust("19 seconds")
      expect(ids(yield* pull)).toEqual(["one"])
      const failing = yield* Effect.fork(failure)
      expect(yield* settled(answering)).toBe(200)
      yield* TestClock.adjust(Webhook.checkEvery)
      expect(yield* Fiber.join(failing)).toEqual(why)
    }
  }).pipe(Effect.scoped)
)

it.scoped("a check that never answers is nobody's proof of life", () =>
  Effect.gen(function* () {
    const { pull } = yield* line((keep) => Effect.map(well(keep), (opened) => ({ ...opened, check: Effect.never })))
    yield* pull
    const pulling = yield* Effect.fork(pull)
    yield* TestClock.adjust("1 hour")
    expect(pulling.unsafePoll()).toBeNull()
  })
)
