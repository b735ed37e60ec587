import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Stream, TestClock } from "effect"
import { received } from "../../../src/adapter/Signal.ts"
import { accountId } from "../../../src/domain/Address.ts"
import type { HandlerHealth } from "../../../src/handler/Handler.ts"
import * as Live from "../../../src/http/Live.ts"
import type { Listed } from "../../../src/http/Live/Counted.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { type Heard, listening } from "../live.ts"
import { running, stopped } from "../stage.ts"

const main = accountId("fake", "main")

const settle = TestClock.adjust("200 millis")

const online = () => FakeAdapter.make({ greeting: [FakeAdapter.connected({ silence: "1 day" })] })

const datas = (name: string, heard: ReadonlyArray<Heard>) =>
  heard.filter(({ event }) => event === name).map(({ data }) => data)
const names = (heard: ReadonlyArray<Heard>) => heard.map(({ event }) => event)

const tellOf = (app: HttpApp.Default<unknown>, query: string) =>
  Effect.provideService(
    app,
    HttpServerRequest.HttpServerRequest,
    HttpServerRequest.fromWeb(new Request(`http://holdfast/live${query}`))
  )

describe("who chooses what is told", () => {
  it.scoped("is told that, from how it is on, and nothing else", () =>
    Effect.gen(function* () {
      const fake = online()
      const { app, gateway } = yield* running([fake])
      yield* settle
      const [statuses, queues] = [
        yield* listening(app, "?events=status"),
        yield* listening(app, "?events=depths,rates")
      ]
      yield* TestClock.adjust("1 second")
      yield* fake.emit(received(FakeAdapter.said(main, "ann", "e1", "hello")))
      yield* settle
      yield* gateway.pause(main)
      yield* gateway.remove(main)
      yield* TestClock.adjust("2 seconds")
      expect(new Set(names(statuses.heard()))).toEqual(new Set(["snapshot", "status", "removed"]))
      expect(names(queues.heard()).slice(0, 2)).toEqual(["begun", "depths"])
      expect(new Set(names(queues.heard()))).toEqual(new Set(["begun", "depths", "rates"]))
    })
  )

  it.scoped("hears of what stands behind the handlers when that changes, in the words of the API", () =>
    Effect.gen(function* () {
      let health: HandlerHealth = { handler: "webhook", state: "working", since: 0 }
      const handler = Object.assign(() => Stream.empty, { health: Effect.sync(() => [health]) })
      const { app, client } = yield* running([online()], { handler })
      const { heard } = yield* listening(app, "?events=handlers")
      yield* TestClock.adjust("5 seconds")
      const before = datas("handlers", heard())
      expect(new Set(before.map((data) => JSON.stringify(data))).size).toBe(1)
      health = { handler: "webhook", state: "failing", since: 5000, cause: "it answered 500" }
      yield* TestClock.adjust("5 seconds")
      expect(datas("handlers", heard()).slice(before.length)).toEqual([yield* client.handlers.list({})])
    })
  )

  it.scoped("hears how many ask to be let in, and were, when that changes, and of none who they are", () =>
    Effect.gen(function* () {
      let listed: ReadonlyArray<Listed> = [{ account: main, asking: [], guests: [] }]
      const nothing = Effect.succeed([])
      const app = yield* Live.app({
        statuses: nothing,
        changes: Stream.never,
        entries: Stream.never,
        passages: Stream.never,
        passed: nothing,
        handlers: nothing,
        access: Effect.sync(() => listed),
        depths: nothing
      })
      const { heard, text } = yield* listening(app, "?events=access")
      yield* TestClock.adjust("3 seconds")
      expect(datas("access", heard())).toEqual([[]])
      const ann = { kind: "person", id: "an-openid", name: "Ann" } as const
      listed = [{ account: main, asking: [{ ...ann, at: 3000, until: 9000 }], guests: [] }]
      yield* TestClock.adjust("3 seconds")
      listed = [{ account: main, asking: [], guests: [{ ...ann, since: 6000, by: "code" }] }]
      yield* TestClock.adjust("3 seconds")
      expect(datas("access", heard()).slice(1)).toEqual([
        [{ account: main, asking: 1, guests: 0, last: 3000 }],
        [{ account: main, asking: 0, guests: 1, last: 6000 }]
      ])
      expect(text()).not.toMatch(/openid|Ann/)
    })
  )

  it.scoped.each(["status,passages", ""])(
    "as %j, which names nothing that there is, is refused and told what there is",
    (events) =>
      Effect.gen(function* () {
        const { app } = yield* stopped()
        const { body, status } = yield* tellOf(app, `?events=${events}`)
        const text = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
        expect(status).toBe(400)
        expect(text).toContain("choose of status, entry, handlers, access, depths, rates, passage")
      })
  )

  it.scoped("and comes back has missed nothing of it, also where nothing had been told before", () =>
    Effect.gen(function* () {
      const fake = online()
      const { app } = yield* running([fake])
      yield* settle
      const first = yield* listening(app, "?events=passage")
      yield* settle
      const last = first.heard().at(-1)?.id ?? ""
      yield* first.leave
      yield* fake.emit(received(FakeAdapter.said(main, "ann", "e1", "hello")))
      yield* TestClock.adjust("20 seconds")
      const again = yield* listening(app, "?events=passage", last)
      yield* settle
      expect(names(again.heard())).toEqual(["passage", "passage", "passage"])
    })
  )

  it.scoped("and comes back with more than before begins anew: what nobody had chosen was not gathered", () =>
    Effect.gen(function* () {
      const { app } = yield* running([online()])
      const first = yield* listening(app, "?events=status")
      yield* settle
      const again = yield* listening(app, "", first.heard().at(-1)?.id)
      yield* settle
      expect(names(again.heard())[0]).toBe("snapshot")
    })
  )
})
