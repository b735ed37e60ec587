import { describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { expect } from "vitest"
import * as Proxies from "../../src/node/Proxies.ts"

const proxies = (variables: Record<string, string>) =>
  Effect.withConfigProvider(Proxies.config, ConfigProvider.fromMap(new Map(Object.entries(variables))))

const named = (variables: Record<string, string>, ...urls: ReadonlyArray<string>) =>
  Effect.map(proxies(variables), (decide) => urls.map((url) => decide(new URL(url))?.name))

const both = { HTTPS_PROXY: "http://secure.example:1", HTTP_PROXY: "http://plain.example:2" }

describe("Proxies", () => {
  it.effect("nothing is proxied when nothing is set, or set to nothing", () =>
    Effect.gen(function* () {
      expect(yield* named({}, "https://a.example")).toEqual([undefined])
      expect(yield* named({ HTTPS_PROXY: " ", https_proxy: "" }, "https://a.example")).toEqual([undefined])
    })
  )

  it.effect("sockets go the way of requests: wss by HTTPS_PROXY, ws by HTTP_PROXY", () =>
    Effect.gen(function* () {
      const urls = ["https://a.example", "wss://a.example", "http://a.example", "ws://a.example"]
      expect(yield* named(both, ...urls)).toEqual([
        "secure.example:1",
        "secure.example:1",
        "plain.example:2",
        "plain.example:2"
      ])
    })
  )

  it.effect("ALL_PROXY serves what has no proxy of its own", () =>
    Effect.gen(function* () {
      const variables = { ALL_PROXY: "all.example:3", HTTP_PROXY: "plain.example:2" }
      expect(yield* named(variables, "https://a.example", "ws://a.example")).toEqual([
        "all.example:3",
        "plain.example:2"
      ])
    })
  )

  it.effect("lower case wins over upper case", () =>
    Effect.gen(function* () {
      const variables = { https_proxy: "low.example:1", HTTPS_PROXY: "high.example:1" }
      expect(yield* named(variables, "https://a.example")).toEqual(["low.example:1"])
    })
  )

  it.effect("loopback is never proxied, so that a local simulator stays within reach", () =>
    Effect.gen(function* () {
      const urls = ["http://localhost:1", "ws://127.0.0.1:8765", "https://[::1]/", "http://sim.localhost/"]
      expect(yield* named(both, ...urls)).toEqual([undefined, undefined, undefined, undefined])
    })
  )

  it.effect.each([
    { list: "a.example", url: "https://a.example/x", direct: true },
    { list: "a.example", url: "wss://deep.a.example", direct: true },
    { list: "a.example", url: "https://nota.example", direct: false },
    { list: ".a.example", url: "https://b.a.example", direct: true },
    { list: "*.a.example", url: "https://b.a.example", direct: true },
    { list: "A.Example", url: "https://a.EXAMPLE", direct: true },
    { list: "x.example, a.example", url: "wss://a.example", direct: true },
    { list: "x.example a.example", url: "wss://a.example", direct: true },
    { list: "a.example:443", url: "wss://a.example", direct: true },
    { list: "a.example:8443", url: "wss://a.example", direct: false },
    { list: "*", url: "wss://a.example", direct: true },
    { list: "[2001:db8::1]:443", url: "https://[2001:db8::1]/", direct: true },
    { list: ",", url: "wss://a.example", direct: false }
  ])("NO_PROXY=$list: is $url reached directly? $direct", ({ direct, list, url }) =>
    Effect.gen(function* () {
      expect((yield* named({ ...both, NO_PROXY: list }, url))[0] === undefined).toBe(direct)
    })
  )

  it.effect.each([
    "socks5://p.example:1080",
    "https://:80",
    "ht tp://x",
    "http://p.example:port",
    "http://u:%zz@p.example"
  ])("HTTPS_PROXY=%s is refused by the variable's name, without repeating what may hold a password", (value) =>
    Effect.gen(function* () {
      const error = String(yield* Effect.flip(proxies({ HTTPS_PROXY: value })))
      expect(error).toContain("HTTPS_PROXY")
      expect(error).not.toContain(value)
    })
  )

  it.effect("user and password travel redacted, percent-decoded", () =>
    Effect.gen(function* () {
      const decide = yield* proxies({ ALL_PROXY: "http://user:p%40ss@p.example:3128" })
      const proxy = decide(new URL("https://a.example"))
      expect(JSON.stringify(proxy)).not.toMatch(/p%40ss|p@ss|dXNlcj/)
      expect(proxy?.authorization && Redacted.value(proxy.authorization)).toBe(`Basic ${btoa("user:p@ss")}`)
    })
  )
})
