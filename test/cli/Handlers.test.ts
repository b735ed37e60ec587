import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { HttpClient, HttpClientError } from "@effect/platform"
import { PublicHttp } from "../../src/adapter/PublicHttp.ts"
import { accountId } from "../../src/domain/Address.ts"
import * as Environment from "../../src/cli/Environment.ts"
import * as Handlers from "../../src/cli/Handlers.ts"
import { Downloads } from "../../src/handler/Downloads.ts"
import { Memory } from "../../src/handler/Memory.ts"
import { about, pressed, said, written } from "../handler/heard.ts"

const unreachable = Layer.mergeAll(
  Memory.layerMemory,
  Layer.provideMerge(
    PublicHttp.layerTrusting,
    Layer.succeed(
      HttpClient.HttpClient,
      HttpClient.make((request) =>
        Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause: "nobody is there" }))
      )
    )
  ),
  Layer.succeed(Downloads, { fetch: () => Effect.die("nothing came along") })
)

const opened = (values: Record<string, string>) =>
  Effect.flatten(Handlers.config).pipe(
    Effect.withConfigProvider(
      ConfigProvider.fromMap(new Map(Object.entries(values)), { pathDelim: "_", seqDelim: "," })
    )
  )

describe("Handlers", () => {
  it.scoped.each<readonly [Record<string, string>, ReadonlyArray<string>]>([
    [{}, ["hello", "yes"]],
    [{ HOLDFAST_HANDLER: "echo" }, ["hello", "yes"]],
    [{ HOLDFAST_ROUTES: "pressed=echo" }, ["", "yes"]],
    [{ HOLDFAST_ROUTES: "pressed=none", HOLDFAST_HANDLER: "echo" }, ["hello", ""]],
    [{ HOLDFAST_ROUTES: "hel...=echo; *=none" }, ["hello", ""]]
  ])("of %j answer so: %j", ([values, answers]) =>
    Effect.gen(function* () {
      const handler = yield* opened(values)
      const all = yield* Effect.forEach([written("hello"), pressed("yes")], (event) => said(handler, event))
      expect(all.map((texts) => texts.join())).toEqual(answers)
    }).pipe(Effect.provide(unreachable))
  )

  it.scoped.each<readonly [Record<string, string>, ReadonlyArray<string | RegExp>]>([
    [{ HOLDFAST_HANDLER: "llm" }, [/^HOLDFAST_LLM_MODEL is not set: it wants the model that answers/]],
    [
      { HOLDFAST_HANDLER: "llm", HOLDFAST_LLM_PROVIDER: "anthropic", HOLDFAST_LLM_MODEL: "claude" },
      [/^HOLDFAST_LLM_KEY is not set/]
    ],
    [{ HOLDFAST_HANDLER: "ecko" }, [/^HOLDFAST_HANDLER is "ecko": it wants one of .*echo/]],
    [
      { HOLDFAST_HANDLER: "ecko", HOLDFAST_ROUTES: "a=echo; *=gpt" },
      [/^HOLDFAST_HANDLER/, /the route "a=echo": "a" matches nothing/, /the route "\*=gpt": "gpt" answers nothing/]
    ],
    [
      { HOLDFAST_TURNS_ROUTES: "group = wait; direct" },
      [
        /^HOLDFAST_TURNS_ROUTES.*: the route "group = wait": "wait" is none of queue, interrupt, refuse$/,
        /: the route "direct": it wants what is matched, =, and what becomes of what is said meanwhile, such as group = queue$/
      ]
    ],
    [{ HOLDFAST_HANDLER: "webhook" }, [/^HOLDFAST_WEBHOOK_URL is not set: it wants where events are posted to/]],
    [
      { HOLDFAST_HANDLER: "webhook", HOLDFAST_WEBHOOK_URL: "ftp://u:password@bot.example" },
      [/^HOLDFAST_WEBHOOK_URL: it wants an address that begins with https:\/\/ or http:\/\/$/]
    ],
    [
      { HOLDFAST_HANDLER: "webhook", HOLDFAST_WEBHOOK_URL: "http://[::ffff:10.0.0.1]:99999" },
      [/^HOLDFAST_WEBHOOK_URL: it wants an address that begins/]
    ],
    [
      { HOLDFAST_HANDLER: "webhook", HOLDFAST_WEBHOOK_URL: "http://127.1/?key=password", HOLDFAST_WEBHOOK_SECRET: "s" },
      [
        /^HOLDFAST_WEBHOOK_URL: it is not public \(loopback\): set HOLDFAST_WEBHOOK_ALLOW_PRIVATE=true if that is meant$/
      ]
    ],
    [
      { HOLDFAST_HANDLER: "webhook", HOLDFAST_WEBHOOK_URL: "https://bot.example", HOLDFAST_WEBHOOK_SECRET: "" },
      [/^HOLDFAST_WEBHOOK_SECRET: the secret is empty$/]
    ],
    [
      {
        HOLDFAST_HANDLER: "webhook",
        HOLDFAST_WEBHOOK_URL: "https://bot.example",
        HOLDFAST_WEBHOOK_TIMEOUT: "never",
        HOLDFAST_WEBHOOK_ALLOW_PRIVATE: "perhaps"
      },
      [/^HOLDFAST_WEBHOOK_TIMEOUT is "never"/, /^HOLDFAST_WEBHOOK_ALLOW_PRIVATE is "perhaps"/]
    ],
    [
      { HOLDFAST_ROUTES: "pressed=exec:nope; *=exec:shell" },
      [/^HOLDFAST_EXEC_NOPE is not set/, /exec:shell cannot be called so: HOLDFAST_EXEC_SHELL means something else/]
    ]
  ])("that are wrong, %j, are one line each", ([values, wanted]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Handlers.config.pipe(Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(values)))))
      )
      const lines = Environment.complaints(error, new Map(Object.entries(values)))
      expect(lines).toHaveLength(wanted.length)
      for (const [index, line] of lines.entries()) expect(line).toMatch(wanted[index] ?? "?")
    })
  )

  it.scoped("of one kind have settings of their own each, and are told apart", () =>
    Effect.gen(function* () {
      const handler = yield* opened({
        HOLDFAST_ROUTES: "pressed=webhook:buttons; *=webhook",
        HOLDFAST_WEBHOOK_URL: "https://one.example/",
        HOLDFAST_WEBHOOK_BUTTONS_URL: "https://two.example/"
      })
      const all = yield* handler.health ?? Effect.succeed([])
      expect(all.map(({ handler: name }) => name)).toEqual(["webhook:buttons two.example", "webhook one.example"])
      const failures = yield* Effect.forEach([written("x"), pressed("x")], (event) => Effect.flip(said(handler, event)))
      expect(failures).toHaveLength(2)
    }).pipe(Effect.provide(unreachable))
  )

  it.scoped(
    "have the turns that are said, by account, place and command; the gateway's own where nothing is said",
    () =>
      Effect.gen(function* () {
        const handler = yield* opened({
          HOLDFAST_TURNS_ROUTES: "/draw = refuse; qq:main pressed = queue; qq = interrupt"
        })
        const elsewhere = { conversation: { ...about.conversation, account: accountId("telegram", "main") } }
        const events = [written("/draw"), pressed("x"), written("x"), written("x", elsewhere)]
        expect(events.map((event) => handler.turns?.(event))).toEqual(["refuse", "queue", "interrupt", undefined])
        expect((yield* opened({})).turns).toBe(undefined)
      }).pipe(Effect.provide(unreachable))
  )

  it.scoped("of one kind are told apart when they fail, models too", () =>
    Effect.gen(function* () {
      const handler = yield* opened({
        HOLDFAST_ROUTES: "pressed=llm:fast; *=llm",
        HOLDFAST_LLM_MODEL: "m",
        HOLDFAST_LLM_FAST_MODEL: "f"
      })
      yield* Effect.forEach([written("x"), pressed("x")], (event) => Effect.flip(said(handler, event)))
      const all = yield* handler.health ?? Effect.succeed([])
      expect(all).toMatchObject([
        { handler: "llm:fast", state: "failing" },
        { handler: "llm", state: "failing" }
      ])
    }).pipe(Effect.provide(unreachable))
  )
})
