import { describe, expect, it } from "@effect/vitest"
import { Context, Duration, Effect, Exit, Layer, Redacted, Scope, Stream } from "effect"
import { Gateway, Handler, ResumeStore, Stability } from "holdfast"
import { AdapterSuite } from "holdfast/testing"
import * as Lines from "./lines/Adapter.ts"
import { Dial } from "./lines/Dial.ts"
import * as Simulator from "./lines/Simulator.ts"
import * as Tcp from "./lines/Tcp.ts"

const bot = (secret: Simulator.LinesSimulator["secret"], listen?: Lines.Bot["listen"]): Lines.Bot => ({
  name: "main",
  secret,
  access: { _tag: "Open" },
  ...(listen === undefined ? undefined : { listen })
})

const stage = Effect.gen(function* () {
  const simulator = yield* Simulator.make
  const world = yield* Layer.build(
    Layer.mergeAll(ResumeStore.layerMemory, Stability.layer, Layer.succeed(Dial, simulator.dial))
  )
  const account = Lines.account(bot(simulator.secret))
  return {
    account: { ...account, open: Effect.provide(account.open, world) },
    simulator,
    person: { conversation: "lobby" },
    sendPath: "say"
  }
})

AdapterSuite.suite("A platform from outside", stage, { attempts: 10 })

const quick = {
  retry: {
    base: Duration.millis(20),
    factor: 2,
    cap: Duration.millis(100),
    floor: Duration.millis(10),
    attempts: Number.POSITIVE_INFINITY
  }
}

const answering: Handler.Handler = (event) =>
  event._tag === "MessageReceived" ? Effect.succeed(Handler.markdown(`**${event.text}**, you say`)) : Stream.empty

describe("a platform from outside, over TCP", () => {
  it.scopedLive("has its bot answer people, and those who spoke while the platform was down", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make
      const [first, second] = [yield* Scope.make(), yield* Effect.scope]
      const port = yield* Scope.extend(Tcp.serve(simulator), first)
      yield* Gateway.layerMemory({ accounts: [Lines.account(bot(simulator.secret, quick))], handler: answering }).pipe(
        Layer.provide(Layer.succeed(Dial, Tcp.dial(port))),
        Layer.build
      )
      const said = (count: number) =>
        simulator.said.pipe(
          Effect.delay("10 millis"),
          Effect.repeat({ until: (all) => all.length >= count }),
          Effect.map((all) => all.map(({ text }) => text))
        )
      yield* simulator.hear({ conversation: "lobby", text: "hello" })
      expect(yield* said(1)).toEqual(["hello, you say"])
      yield* Scope.close(first, Exit.void)
      yield* simulator.hear({ conversation: "lobby", text: "anybody?" })
      yield* Effect.sleep("200 millis")
      yield* Scope.extend(Tcp.serve(simulator, port), second)
      expect(yield* said(2)).toEqual(["hello, you say", "anybody?, you say"])
    })
  )

  it.scopedLive("parks a bot whose secret is wrong, with what to do about it", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make
      const port = yield* Tcp.serve(simulator)
      const wrong = bot(Redacted.make("a guess"))
      const context = yield* Gateway.layerMemory({ accounts: [Lines.account(wrong)], handler: answering }).pipe(
        Layer.provide(Layer.succeed(Dial, Tcp.dial(port))),
        Layer.build
      )
      const gateway = Context.get(context, Gateway)
      const [status] = yield* gateway.statuses.pipe(
        Effect.delay("10 millis"),
        Effect.repeat({ until: ([status]) => status?.state._tag === "Parked" })
      )
      expect(status).toMatchObject({
        account: "lines:main",
        state: { remedy: "Set the secret that the platform gave." }
      })
      expect(JSON.stringify(status)).not.toContain("a guess")
    })
  )
})
