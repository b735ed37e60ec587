import { expect, it } from "@effect/vitest"
import { Cause, Effect, Exit, Inspectable, Layer, Logger, LogLevel, Stream, Tracer } from "effect"
import type { Fault } from "../../../src/adapter/Simulator.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import { Webhooks } from "../../../src/adapter/Webhooks.ts"
import { replyMessage } from "../../../src/domain/Message.ts"
import * as Telegram from "../../../src/platforms/telegram/Adapter.ts"
import * as Simulator from "../../../src/platforms/telegram/Simulator.ts"
import { JumpingClock } from "../../../src/testing/JumpingClock.ts"
import * as MemoryNetwork from "../../../src/testing/MemoryNetwork.ts"
import { config, secret } from "./listening.ts"

const faults: ReadonlyArray<Fault | Simulator.TelegramFault> = [
  { _tag: "Refuse", as: "refused" },
  { _tag: "Refuse", as: "dns" },
  { _tag: "Refuse", as: "reset" },
  { _tag: "Stall", step: "http" },
  { _tag: "Stall", step: "ready" },
  { _tag: "Cut" },
  { _tag: "Silence" },
  { _tag: "Close", code: 502 },
  { _tag: "Malformed", text: `<html>/bot${secret}/getUpdates</html>` },
  { _tag: "Answer", status: 200, body: `<html>${secret}</html>` },
  { _tag: "Answer", status: 502, body: `<html>${secret}</html>` },
  { _tag: "Answer", status: 400, body: `{"ok":false,"description":"Bad Request: /bot${secret}/sendMessage"}` },
  { _tag: "Answer", status: 403, body: `{"ok":false,"description":"${secret}"}` },
  { _tag: "Answer", status: 429, body: `{"ok":false,"description":"${secret}","parameters":{"retry_after":5}}` },
  { _tag: "LoseAnswer", path: "/sendMessage" },
  { _tag: "SecondPoller" },
  { _tag: "StealWebhook", url: "https://hooks.example/x" },
  { _tag: "Unauthorized", code: 401 },
  { _tag: "Unauthorized", code: 404 },
  { _tag: "Unauthorized", code: 421 },
  { _tag: "Deaf" }
]

it.scoped("nothing that a run prints, at any level and whatever goes wrong, tells the token", () => {
  const told: Array<string> = []
  const tell = (...things: ReadonlyArray<unknown>) => {
    for (const thing of things) told.push(Inspectable.stringifyCircular(thing), Inspectable.toStringUnknown(thing))
  }
  const log = Logger.make(({ annotations, cause, message, spans }) => {
    tell(message, [...annotations], [...spans])
    told.push(Cause.pretty(cause, { renderErrorCause: true }))
  })
  const tracer = Tracer.make({
    context: (run) => run(),
    span: (name, parent, context, links, startTime, kind) => {
      told.push(name)
      return {
        _tag: "Span",
        name,
        spanId: "1",
        traceId: "1",
        sampled: true,
        parent,
        context,
        links,
        kind,
        status: { _tag: "Started", startTime },
        attributes: new Map(),
        attribute: (key, value) => tell(key, value),
        event: (event) => void told.push(event),
        addLinks: () => undefined,
        end: (_, exit) => void told.push(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "")
      }
    }
  })

  return Effect.gen(function* () {
    const clock = yield* JumpingClock.make(0)
    const run = (fault: Fault | Simulator.TelegramFault) =>
      Effect.gen(function* () {
        const sim = yield* Simulator.make()
        const context = yield* Layer.build(
          Layer.mergeAll(
            MemoryNetwork.layer({ "api.telegram.org": sim }),
            ResumeStore.layerMemory,
            Stability.layer,
            Webhooks.layerNone
          )
        )
        const adapter = yield* Effect.provide(Telegram.open(config()), context)
        yield* Stream.runForEach(adapter.listen, (signal) => {
          tell(signal)
          if (signal._tag !== "Received") return Effect.void
          const sending = adapter.send(replyMessage(signal.event, 0, { text: "!", format: "plain" }))
          return Effect.flatMap(Effect.exit(sending), (exit) =>
            Effect.logInfo("sent", exit, Exit.isFailure(exit) ? exit.cause : "")
          )
        }).pipe(
          Effect.tapErrorCause((cause) => Effect.logError("over", cause)),
          Effect.withSpan("run"),
          Effect.exit,
          Effect.tap((exit) => Effect.sync(() => tell(exit))),
          Effect.forkScoped
        )
        yield* sim.hear({ conversation: "chat:7001", text: "one" })
        yield* Effect.sleep("5 seconds")
        yield* sim.fault(fault)
        yield* sim.hear({ conversation: "chat:7001", text: "two" })
        yield* Effect.sleep("3 minutes")
        yield* sim.heal
        yield* Effect.sleep("1 minute")
      }).pipe(Effect.scoped)
    yield* Effect.forEach(faults, run).pipe(Effect.withClock(clock))
    const all = told.join("\n")
    for (const word of ["getUpdates", "AdapterFatal", "Uncertain", "Unauthorized", "run"]) expect(all).toContain(word)
    expect(
      all.split("\n").filter((line) => line.includes(secret) || line.includes(secret.split(":")[1] ?? "?"))
    ).toEqual([])
    expect(all).not.toContain("/bot7100000001")
  }).pipe(
    Effect.withTracer(tracer),
    Effect.provide(Logger.replace(Logger.defaultLogger, log)),
    Logger.withMinimumLogLevel(LogLevel.All)
  )
})
