import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { createHmac } from "node:crypto"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger, Redacted, Schema, Stream } from "effect"
import { ResumeStore } from "../../src/adapter/ResumeStore.ts"
import { accountId, type Conversation } from "../../src/domain/Address.ts"
import { Alert } from "../../src/gateway/Alerts/Alert.ts"
import * as Alerts from "../../src/gateway/Alerts.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import type { Handler } from "../../src/handler/Handler.ts"
import * as HmacSha256 from "../../src/node/HmacSha256.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { fatal, play, unauthorized } from "./stage.ts"

const [main, other] = [accountId("fake", "main"), accountId("fake", "other")]
const room: Conversation = { account: other, kind: "direct", id: "operators" }
const secret = "0123456789abcdef"
const url = "https://hooks.example/pl4nted-hook"

/** A server that takes what is posted, or answers what the test wants. */
const server = (answers: (count: number) => number | "silence" = () => 200) => {
  const posted: Array<{ readonly at: number; readonly headers: Record<string, string>; readonly body: string }> = []
  const client = HttpClient.make((request) =>
    Effect.gen(function* () {
      const { body, headers } = request
      const text = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
      posted.push({ at: yield* Effect.clockWith((clock) => clock.currentTimeMillis), headers, body: text })
      const status = answers(posted.length)
      if (status === "silence") return yield* Effect.never
      return HttpClientResponse.fromWeb(request, new Response(null, { status }))
    })
  )
  return { posted, layer: Layer.merge(Layer.succeed(HttpClient.HttpClient, client), HmacSha256.layer) }
}

const config: Alerts.AlertsConfig = {
  after: Duration.minutes(5),
  conversation: room,
  webhook: { url: Redacted.make(url), secret: Redacted.make(secret) }
}

const lines: Array<string> = []
const logged = Logger.replace(
  Logger.defaultLogger,
  Logger.make(({ logLevel, message }) => void lines.push(`${logLevel.label} ${String(message)}`))
)

/** Two accounts of which the first can be made to fail, watched while `test` runs; and what the log says. */
const watched = <E>(
  posts: ReturnType<typeof server>,
  test: (main: FakeAdapter.FakeAdapter, other: FakeAdapter.FakeAdapter) => Effect.Effect<void, E, Gateway>,
  open: { isDown: boolean; isOtherDown?: boolean; why?: "parked"; handler?: Handler },
  store: Layer.Layer<ResumeStore> = ResumeStore.layerMemory
) => {
  lines.length = 0
  const cause = (id: typeof main) => (open.why === "parked" ? unauthorized(id) : fatal(id))
  const make = (id: typeof main, down: () => boolean) =>
    FakeAdapter.make({
      id,
      greeting: [FakeAdapter.connected({ silence: "10 days" })],
      open: () => Effect.suspend(() => (down() ? Effect.fail(cause(id)) : Effect.void))
    })
  const fakes = [make(main, () => open.isDown), make(other, () => open.isOtherDown === true)] as const
  const body = Effect.gen(function* () {
    yield* Alerts.watch(yield* Gateway, config)
    yield* test(...fakes)
  })
  const options = open.handler === undefined ? {} : { handler: open.handler }
  return play(fakes, options, Effect.scoped(body).pipe(Effect.provide(Layer.merge(posts.layer, store)))).pipe(
    Effect.provide(logged)
  )
}

const texts = (fake: FakeAdapter.FakeAdapter) => fake.sent.map(({ content }) => content.text.split(",")[0])
const alerts = () =>
  lines.filter((line) => /has been down|waits for a person|connected again|has failed|answers again/.test(line))

describe("alerts", () => {
  it.effect(
    "tell of a long outage once and of its end once: in the log, by webhook, and on the account that is connected",
    () => {
      const posts = server()
      const world = { isDown: true }
      return watched(
        posts,
        (main, other) =>
          Effect.gen(function* () {
            yield* Effect.sleep("40 minutes")
            world.isDown = false
            yield* Effect.sleep("20 minutes")
            expect(texts(other)).toEqual(["fake:main has been down for 5m 10s", "fake:main is connected again"])
            expect(other.sent.map(({ conversation }) => conversation)).toEqual([room, room])
            expect(main.sent).toEqual([])
            expect(alerts().map((line) => line.split(" ")[0])).toEqual(["ERROR", "INFO"])
            const bodies = posts.posted.map(({ body }) => Schema.decodeSync(Schema.parseJson(Alert))(body))
            expect(bodies.map(({ kind }) => kind)).toEqual(["raised", "cleared"])
            expect(bodies[0]?.accounts).toMatchObject([{ account: main.account.id, what: "down" }])
          }),
        world
      )
    }
  )

  it.effect("are never told through the account that is down, and are not kept for it", () => {
    const posts = server()
    const world = { isDown: true, isOtherDown: true }
    return watched(
      posts,
      (main, other) =>
        Effect.gen(function* () {
          yield* Effect.sleep("20 minutes")
          expect(posts.posted).toHaveLength(1)
          expect(
            lines.filter((line) => /not told to fake:other\/operators: that account is not connected/.test(line))
          ).toHaveLength(1)
          world.isOtherDown = false
          yield* Effect.sleep("20 minutes")
          expect(main.sent).toEqual([])
          expect(texts(other)).toEqual(["fake:other is connected again"])
        }),
      world
    )
  })

  it.effect(
    "prove who they are: the signature is of the time and the body, and the key is the same on each try",
    () => {
      const posts = server((count) => (count < 3 ? 503 : count === 3 ? "silence" : 200))
      return watched(
        posts,
        () =>
          Effect.gen(function* () {
            yield* Effect.sleep("10 minutes")
            expect(posts.posted).toHaveLength(4)
            for (const { at, body, headers } of posts.posted) {
              const time = headers["x-holdfast-timestamp"] ?? ""
              expect(Number(time)).toBe(Math.floor(at / 1000))
              const signature = createHmac("sha256", secret).update(`${time}.${body}`).digest("hex")
              expect(headers["x-holdfast-signature"]).toBe(`v1=${signature}`)
            }
            expect(new Set(posts.posted.map(({ headers }) => headers["idempotency-key"])).size).toBe(1)
          }),
        { isDown: true }
      )
    }
  )

  it.effect(
    "are tried for ten minutes where nobody takes them, at once no more where they are refused, and never name the address",
    () => {
      const [away, refused] = [server(() => 500), server(() => 404)]
      const quiet = Effect.sync(() => {
        expect(lines.join("\n")).not.toContain("pl4nted")
        expect(lines.join("\n")).not.toContain(secret)
      })
      return Effect.gen(function* () {
        yield* watched(
          away,
          (_, other) =>
            Effect.gen(function* () {
              yield* Effect.sleep("6 minutes")
              // who is slow holds up nobody else
              expect(texts(other)).toHaveLength(1)
              yield* Effect.sleep("20 minutes")
              expect(away.posted).toHaveLength(15)
              const span = (away.posted.at(-1)?.at ?? 0) - (away.posted[0]?.at ?? 0)
              expect(span).toBeGreaterThan(480_000)
              expect(span).toBeLessThan(720_000)
              expect(
                lines.filter((line) => /not told to HOLDFAST_ALERT_WEBHOOK: it answered 500/.test(line))
              ).toHaveLength(1)
            }),
          { isDown: true }
        )
        yield* quiet
        yield* watched(
          refused,
          () =>
            Effect.gen(function* () {
              yield* Effect.sleep("20 minutes")
              expect(refused.posted).toHaveLength(1)
              expect(
                lines.filter((line) => /not told to HOLDFAST_ALERT_WEBHOOK: it answered 404/.test(line))
              ).toHaveLength(1)
            }),
          { isDown: true }
        )
        yield* quiet
      })
    }
  )

  it.effect("tell once, with the remedy, of an account that needs a person, however often it is probed (F36)", () => {
    const posts = server()
    return watched(
      posts,
      (_, other) =>
        Effect.gen(function* () {
          yield* Effect.sleep("2 hours")
          expect(other.sent).toHaveLength(1)
          expect(other.sent[0]?.content.text).toMatch(/fake:main waits for a person.*Set the right secret\./)
          expect(posts.posted).toHaveLength(1)
        }),
      { isDown: true, why: "parked" }
    )
  })

  it.effect("tell of what stands behind a handler and fails, though all accounts are well, and of its end", () => {
    const posts = server()
    let fails = true
    const health = Effect.sync(() => [{ handler: "llm:fast", state: fails ? "failing" : "working", since: 0 } as const])
    return watched(
      posts,
      (_, other) =>
        Effect.gen(function* () {
          yield* Effect.sleep("40 minutes")
          fails = false
          yield* Effect.sleep("10 minutes")
          const both = [expect.stringMatching(/handler llm:fast has failed/), expect.stringMatching(/answers again/)]
          expect(other.sent.map(({ content }) => content.text)).toEqual(both)
          expect(alerts()).toEqual(both)
          expect(posts.posted.map(({ body }) => Schema.decodeSync(Schema.parseJson(Alert))(body).kind)).toEqual([
            "raised",
            "cleared"
          ])
        }),
      { isDown: false, handler: Object.assign(() => Stream.empty, { health }) }
    )
  })

  it.scoped("are not told again by the process that is started during an incident, which tells its end", () => {
    const posts = server()
    const world = { isDown: true }
    return Effect.gen(function* () {
      const store = Layer.succeedContext(yield* Layer.build(ResumeStore.layerMemory))
      yield* watched(posts, () => Effect.sleep("10 minutes"), world, store)
      expect(posts.posted).toHaveLength(1)
      yield* watched(posts, () => Effect.sleep("20 minutes"), world, store)
      expect(posts.posted).toHaveLength(1)
      world.isDown = false
      yield* watched(
        posts,
        (_, other) =>
          Effect.gen(function* () {
            yield* Effect.sleep("5 minutes")
            expect(texts(other)).toEqual(["fake:main is connected again"])
          }),
        world,
        store
      )
      expect(posts.posted).toHaveLength(2)
      yield* watched(posts, () => Effect.sleep("5 minutes"), world, store)
      expect(posts.posted).toHaveLength(2)
    })
  })
})
