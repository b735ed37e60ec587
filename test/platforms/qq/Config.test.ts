import { describe, expect, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either, Redacted } from "effect"
import { accounts, settings, variables } from "../../../src/platforms/qq/Config.ts"

const secret = "s1ppQQbotKEY"
const given = (environment: Record<string, string>) =>
  accounts.pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)), { pathDelim: "_" }))
  )
const refused = (environment: Record<string, string>) => Effect.map(Effect.flip(given(environment)), String)
const one = { QQ_APP_ID: "102000001", QQ_CLIENT_SECRET: secret }
const two = {
  QQ_ACCOUNTS: "main, test",
  QQ_MAIN_APP_ID: "102000001",
  QQ_MAIN_CLIENT_SECRET: secret,
  QQ_TEST_APP_ID: "102000002",
  QQ_TEST_CLIENT_SECRET: "another"
}

describe("QQ Config", () => {
  it.effect("an empty environment has no accounts", () =>
    Effect.gen(function* () {
      expect(yield* given({})).toEqual([])
    })
  )

  it.effect("an app id and a secret make the account qq:main, with every default applied", () =>
    Effect.gen(function* () {
      const [main] = (yield* given({ QQ_APP_ID: " 102000001\n", QQ_CLIENT_SECRET: `${secret}\n` })).map(settings)
      expect(main).toMatchObject({
        account: "qq:main",
        appId: "102000001",
        intents: 1174409216,
        markdown: true,
        tokenBaseUrl: "https://bots.qq.com",
        apiBaseUrl: "https://api.sgroup.qq.com",
        gatewayUrl: undefined,
        webhookPath: undefined
      })
      expect(main && Redacted.value(main.clientSecret)).toBe(secret)
    })
  )

  it.effect("several accounts are named, and what is set for all of them is the default of each", () =>
    Effect.gen(function* () {
      const [main, test] = (yield* given({
        ...two,
        QQ_SANDBOX: "true",
        QQ_TEST_SANDBOX: "false",
        QQ_INTENTS: "GUILDS, GUILD_MEMBERS",
        QQ_TEST_API_BASE_URL: "http://127.0.0.1:8080/",
        QQ_GATEWAY_URL: "ws://127.0.0.1:8080/websocket",
        QQ_MARKDOWN: "false"
      })).map(settings)
      expect(main).toMatchObject({ account: "qq:main", apiBaseUrl: "https://sandbox.api.sgroup.qq.com", intents: 3 })
      expect(test).toMatchObject({ account: "qq:test", apiBaseUrl: "http://127.0.0.1:8080", markdown: false })
      expect(test?.gatewayUrl).toBe("ws://127.0.0.1:8080/websocket")
    })
  )

  it.effect("an account that says nothing of access is closed, with the variable that opens it (F91)", () =>
    Effect.gen(function* () {
      const [single] = yield* given(one)
      expect(single?.access).toMatchObject({ _tag: "Closed", remedy: expect.stringContaining("QQ_ACCESS=open") })
      const [, test] = yield* given(two)
      expect(test?.access).toMatchObject({ _tag: "Closed", remedy: expect.stringContaining("QQ_TEST_ALLOWED_USERS") })
      const [empty] = yield* given({ ...one, QQ_ACCESS: "allowlist" })
      expect(empty?.access?._tag).toBe("Closed")
      expect(settings({ name: "own", appId: "1", clientSecret: Redacted.make("x") }).access._tag).toBe("Closed")
    })
  )

  it.effect("lists of people and groups allow exactly those", () =>
    Effect.gen(function* () {
      const [account] = yield* given({ ...one, QQ_ALLOWED_USERS: "AA, BB,", QQ_ALLOWED_GROUPS: "CC,channel:1/2" })
      expect(account?.access).toEqual({
        _tag: "AllowList",
        people: ["AA", "BB"],
        conversations: ["group:CC", "channel:1/2"]
      })
      const [open] = yield* given({ ...one, QQ_ACCESS: "open" })
      expect(open?.access).toEqual({ _tag: "Open" })
    })
  )

  it.effect("an account that pairs lets in who is listed, and is closed to nobody who asks", () =>
    Effect.gen(function* () {
      const [account] = yield* given({ ...one, QQ_ACCESS: "pairing", QQ_ALLOWED_USERS: "AA" })
      expect(account?.access).toEqual({ _tag: "Pairing", people: ["AA"], conversations: [] })
      const [bare] = yield* given({ ...one, QQ_ACCESS: "pairing" })
      expect(bare?.access).toEqual({ _tag: "Pairing", people: [], conversations: [] })
    })
  )

  it.effect("groups have a rule of their own where one is set, and stay closed where that lists nobody (F91)", () =>
    Effect.gen(function* () {
      const [account] = yield* given({
        ...one,
        QQ_ACCESS: "open",
        QQ_GROUP_ACCESS: "allowlist",
        QQ_ALLOWED_GROUPS: "CC"
      })
      const groups = { _tag: "AllowList", people: [], conversations: ["group:CC"] }
      expect(account?.access).toEqual({ _tag: "Apart", direct: { _tag: "Open" }, groups })
      const [closed] = yield* given({ ...one, QQ_ACCESS: "open", QQ_GROUP_ACCESS: "allowlist" })
      expect(closed?.access).toMatchObject({
        direct: { _tag: "Open" },
        groups: { _tag: "Closed", remedy: expect.stringContaining("QQ_GROUP_ACCESS=open") }
      })
      const [alone] = yield* given({ ...one, QQ_GROUP_ACCESS: "open" })
      expect(alone?.access).toMatchObject({ direct: { _tag: "Closed" }, groups: { _tag: "Open" } })
      const listed = { QQ_ACCESS: "open", QQ_GROUP_ACCESS: "open", QQ_ALLOWED_USERS: "AA" }
      expect(yield* refused({ ...one, ...listed })).toContain("QQ_ACCESS")
    })
  )

  it.effect("an open account with an allow list is refused rather than guessed at (F91)", () =>
    Effect.gen(function* () {
      const error = yield* refused({ ...two, QQ_ACCESS: "open", QQ_TEST_ALLOWED_USERS: "AA" })
      expect(error).toContain("QQ_TEST_ACCESS")
      expect(error).toContain("QQ_TEST_ALLOWED_USERS")
    })
  )

  it.effect("one bot under two names is refused, and both are named (F92)", () =>
    Effect.gen(function* () {
      const error = yield* refused({ ...two, QQ_TEST_APP_ID: "102000001" })
      expect(error).toContain("QQ_TEST_APP_ID")
      expect(error).toContain("QQ_MAIN_APP_ID")
    })
  )

  it.effect("accounts that are posted to have a path each", () =>
    Effect.gen(function* () {
      const [main, test] = yield* given({ ...two, QQ_MAIN_WEBHOOK_PATH: "/qq/main" })
      expect([main?.webhookPath, test?.webhookPath]).toEqual(["/qq/main", undefined])
      const error = yield* refused({ ...two, QQ_WEBHOOK_PATH: "/qq" })
      expect(error).toContain("QQ_TEST_WEBHOOK_PATH")
      expect(error).toContain("QQ_MAIN_WEBHOOK_PATH")
    })
  )

  it.effect("a half-described account names what is missing", () =>
    Effect.gen(function* () {
      expect(yield* refused({ QQ_APP_ID: "1" })).toContain("QQ_CLIENT_SECRET")
      expect(yield* refused({ QQ_CLIENT_SECRET: secret })).toContain("QQ_APP_ID")
      const all = yield* refused({ QQ_ACCOUNTS: "main,test", QQ_MAIN_APP_ID: "1" })
      expect(all).toContain("QQ_MAIN_CLIENT_SECRET")
      expect(all).toContain("QQ_TEST_APP_ID")
    })
  )

  it.effect("both ways of describing accounts at once are refused", () =>
    Effect.gen(function* () {
      expect(yield* refused({ ...two, ...one })).toContain("QQ_ACCOUNTS")
    })
  )

  it.effect("a bad value names the variable that holds it", () =>
    Effect.gen(function* () {
      const bad: ReadonlyArray<readonly [variable: string, value: string]> = [
        ["QQ_APP_ID", "12a"],
        ["QQ_CLIENT_SECRET", "  "],
        ["QQ_ACCESS", "everyone"],
        ["QQ_GROUP_ACCESS", "off"],
        ["QQ_INTENTS", "GUILDS,GUILD_MESSAGE"],
        ["QQ_MARKDOWN", "maybe"],
        ["QQ_SANDBOX", "maybe"],
        ["QQ_TOKEN_BASE_URL", "bots.qq.com"],
        ["QQ_API_BASE_URL", "ftp://api"],
        ["QQ_GATEWAY_URL", "https://api"],
        ["QQ_WEBHOOK_PATH", "qq/main"],
        ["QQ_WEBHOOK_PATH", "/"],
        ["QQ_WEBHOOK_PATH", "/qq?main"],
        ["QQ_WEBHOOK_PATH", "https://bot.example/qq"]
      ]
      for (const [variable, value] of bad) {
        const error = yield* refused({ ...one, [variable]: value })
        expect(error.split("\n"), variable).toHaveLength(1)
        expect(error, variable).toContain(variable)
        expect(error, variable).not.toContain(secret)
      }
    })
  )

  it.effect("a name that our own variables begin with is refused", () =>
    Effect.gen(function* () {
      const words = [
        "app",
        "client",
        "accounts",
        "access",
        "group",
        "allowed",
        "token",
        "api",
        "sandbox",
        "gateway",
        "intents",
        "webhook"
      ]
      for (const name of [...words, "Main", "a_b", ""]) {
        expect(Either.isLeft(yield* Effect.either(given({ ...two, QQ_ACCOUNTS: name }))), name).toBe(true)
      }
      expect(yield* refused({ ...two, QQ_ACCOUNTS: "main,api" })).toContain('"api"')
      expect(yield* refused({ ...two, QQ_ACCOUNTS: "main,main" })).toContain("twice")
    })
  )

  it.effect("every variable that is read is described, and every one described is read", () =>
    Effect.gen(function* () {
      const read = new Set<string>()
      const { flattened } = ConfigProvider.fromMap(new Map(Object.entries(one)), { pathDelim: "_" })
      const recording = ConfigProvider.fromFlat({
        ...flattened,
        load: (path, ...rest) => {
          read.add(path.join("_"))
          return flattened.load(path, ...rest)
        }
      })
      yield* Effect.withConfigProvider(accounts, recording)
      expect([...read].toSorted()).toEqual(variables.map(({ name }) => name).toSorted())
      for (const { description } of variables) expect(description).not.toBe("")
    })
  )
})
