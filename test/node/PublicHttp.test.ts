import { describe, it } from "@effect/vitest"
import * as HttpClient from "@effect/platform/HttpClient"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as Dns from "node:dns"
import * as Http from "node:http"
import { expect } from "vitest"
import { unanswered } from "../../src/adapter/Exchange.ts"
import { NotPublic, PublicHttp, refusal } from "../../src/adapter/PublicHttp.ts"
import * as NodeHttpClient from "../../src/node/HttpClient.ts"
import * as NodePublicHttp from "../../src/node/PublicHttp.ts"
import { connectProxy, listen } from "./connectProxy.ts"

/** A server within that counts who comes, and sends whoever asks for /away elsewhere. */
const inner = Effect.gen(function* () {
  const asked: Array<string> = []
  const port = yield* listen(
    Http.createServer((request, response) => {
      asked.push(request.url ?? "")
      if (request.url === "/away") response.writeHead(302, { location: "http://127.0.0.1:1/metadata" })
      response.end("inside")
    })
  )
  return { asked, port }
})

const refused = (url: string, variables: Record<string, string> = {}) =>
  Effect.flatMap(PublicHttp, (client) => Effect.flip(Effect.scoped(client.get(url)))).pipe(
    Effect.provide(NodePublicHttp.layer),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
  )

describe("PublicHttp", () => {
  it.scoped("whatever leads within is refused before anything is sent, however it is written", () =>
    Effect.gen(function* () {
      const { asked, port } = yield* inner
      const hosts = ["127.0.0.1", "localhost", "127.1", "0x7f000001", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]"]
      for (const host of hosts) {
        const error = yield* refused(`http://${host}:${port}/`)
        expect([host, refusal(error)]).toEqual([host, expect.any(NotPublic)])
        expect(unanswered(error)).toMatchObject({ sent: false, cause: "the connection failed: NOT_PUBLIC" })
      }
      expect(asked).toEqual([])
    })
  )

  it.scoped("a redirect that leads within is refused too", () =>
    Effect.gen(function* () {
      const { asked, port } = yield* inner
      const proxy = yield* connectProxy({ hosts: { "bot.example": port } })
      const error = yield* Effect.flatMap(PublicHttp, (client) =>
        Effect.flip(Effect.scoped(HttpClient.followRedirects(client, 3).get("http://bot.example/away")))
      ).pipe(
        Effect.provide(NodePublicHttp.layer),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["HTTP_PROXY", proxy.url]])))
      )
      expect(refusal(error)).toMatchObject({ host: "127.0.0.1", range: "loopback" })
      expect(asked).toEqual(["/away"])
    })
  )

  it.scoped("an address in a URL is refused where a proxy leads too", () =>
    Effect.gen(function* () {
      const proxy = yield* connectProxy({ hosts: {} })
      expect(refusal(yield* refused("http://10.0.0.1/", { HTTP_PROXY: proxy.url }))?.message).toBe(
        "10.0.0.1 leads to an address that is not public (private)"
      )
      expect(proxy.tunnels).toEqual([])
    })
  )

  it.scoped("a client that is not guarded goes there, and one that is told to trust does", () =>
    Effect.gen(function* () {
      const { port } = yield* inner
      const client = yield* PublicHttp
      expect(yield* Effect.flatMap(client.get(`http://127.0.0.1:${port}/`), (response) => response.text)).toBe("inside")
    }).pipe(
      Effect.provide(PublicHttp.layerTrusting),
      Effect.provide(NodeHttpClient.layer),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map()))
    )
  )
})

describe("names", () => {
  /** What a line is opened to where a name has these addresses. */
  const opened = (addresses: ReadonlyArray<Dns.LookupAddress>, all: boolean) =>
    Effect.async<unknown>((resume) => {
      const resolve = (
        _: string,
        __: unknown,
        callback: (error: null, addresses: ReadonlyArray<Dns.LookupAddress>) => void
      ) => callback(null, addresses)
      const lookup = NodePublicHttp.onlyPublic(resolve as typeof Dns.lookup)
      lookup("bot.example", { all }, (error, address, family) =>
        resume(Effect.succeed(error ?? (family === undefined ? address : [address, family])))
      )
    })
  const [open, within] = [
    { address: "93.184.215.14", family: 4 },
    { address: "fd00::1", family: 6 }
  ]

  it.effect("of a name that has both, only what is public is used", () =>
    Effect.gen(function* () {
      expect(yield* opened([within, open], true)).toMatchObject([{ address: open.address, family: 4 }])
      expect(yield* opened([within, open], false)).toEqual([open.address, 4])
    })
  )

  it.effect("a name that points within is refused, as is one that has no address", () =>
    Effect.gen(function* () {
      expect(yield* opened([within], true)).toMatchObject({ host: "bot.example", range: "private" })
      expect(yield* opened([], false)).toMatchObject({ range: "no address" })
    })
  )
})
