import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Chunk, Effect, Exit, Option, Stream } from "effect"
import { PublicHttp } from "../../../../src/adapter/PublicHttp.ts"
import type { Attachment } from "../../../../src/domain/Event.ts"
import { make } from "../../../../src/platforms/telegram/Send/Files.ts"
import { account, asking, type Reaction, refused, secret } from "./asking.ts"

const found = (path?: string): Reaction => ({ result: { file_id: "AgAC", file_unique_id: "u", file_path: path } })

/** Files on a web that has only what this answers. */
const opened = (reaction: Reaction, web: () => Response = () => new Response("bytes")) => {
  const [fetched, abroad]: [Array<string>, Array<string>] = [[], []]
  const { asked, rest } = asking(() => reaction)
  const client = (to: Array<string>) =>
    HttpClient.make((request, url) =>
      Effect.sync(() => {
        to.push(url.href)
        return HttpClientResponse.fromWeb(request, web())
      })
    )
  const half = make(account, rest).pipe(
    Effect.provideService(HttpClient.HttpClient, client(fetched)),
    Effect.provideService(PublicHttp, client(abroad))
  )
  return Effect.map(half, (download) => ({
    asked,
    /** from the Bot API server, and from wherever else, by what goes to public addresses only */
    fetched,
    abroad,
    get: (url: string, size?: number) => {
      const attachment: Attachment = { kind: "file", url, ...(size === undefined ? undefined : { size }) }
      return Effect.exit(
        Effect.map(Stream.runCollect(download(attachment)), (pieces) =>
          Chunk.toReadonlyArray(pieces)
            .map((piece) => new TextDecoder().decode(piece))
            .join("")
        )
      )
    }
  }))
}

const failure = <A, E>(exit: Exit.Exit<A, E>): E | undefined =>
  Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined

describe("Telegram Files", () => {
  it.effect("a file that Telegram keeps is found by its id and fetched from there", () =>
    Effect.gen(function* () {
      const { asked, fetched, get } = yield* opened(found("photos/file_3.jpg"))
      expect(yield* get("telegram:AgAC", 20 * 2 ** 20)).toEqual(Exit.succeed("bytes"))
      expect(asked).toEqual([{ method: "getFile", params: { file_id: "AgAC" }, options: {} }])
      expect(fetched).toEqual([`https://api.telegram.org/file/bot${secret}/photos/file_3.jpg`])
    })
  )

  it.effect("what is elsewhere is fetched by https: from a public address, and from nowhere else", () =>
    Effect.gen(function* () {
      const { abroad, asked, fetched, get } = yield* opened(found("x"))
      expect(yield* get("https://cdn.example/a.png")).toEqual(Exit.succeed("bytes"))
      for (const url of ["http://cdn.example/a.png", "file:///etc/passwd", "data:,x", "AgAC"]) {
        expect(failure(yield* get(url)), url).toMatchObject({ retryable: false })
      }
      expect([asked.length, fetched, abroad]).toEqual([0, [], ["https://cdn.example/a.png"]])
    })
  )

  it.effect("a file larger than Telegram gives to bots is not asked for", () =>
    Effect.gen(function* () {
      const { asked, get } = yield* opened(found("x"))
      expect(failure(yield* get("telegram:AgAC", 20 * 2 ** 20 + 1))).toMatchObject({
        retryable: false,
        cause: "the file is larger than the 20 MB that Telegram gives to bots"
      })
      expect(asked).toEqual([])
    })
  )

  it.effect("a refusal says whether trying again may help", () =>
    Effect.gen(function* () {
      const refusals: ReadonlyArray<readonly [reaction: Reaction, retryable: boolean]> = [
        [refused(400, "Bad Request: file is too big"), false],
        [refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), true],
        [refused(400, "Bad Request: file_id not specified"), false],
        [refused(401, "Unauthorized"), true],
        [refused(429, "Too Many Requests: retry after 5", { retryAfter: 5000 }), true],
        [refused(500, "Internal Server Error: restart"), true],
        [{ sent: false, cause: "the connection failed: ECONNREFUSED" }, true],
        [found(), true],
        [{ result: "nonsense" }, true]
      ]
      for (const [reaction, retryable] of refusals) {
        const { fetched, get } = yield* opened(reaction)
        expect(failure(yield* get("telegram:AgAC")), JSON.stringify(reaction)).toMatchObject({ account, retryable })
        expect(fetched).toEqual([])
      }
    })
  )

  it.effect.each(["/var/lib/telegram-bot-api/7:AA/photos/file_3.jpg", "C:\\bots\\file_3.jpg", "d:/bots/file_3.jpg"])(
    "%s is a file of the server's own, and is not fetched",
    (path) =>
      Effect.gen(function* () {
        const { fetched, get } = yield* opened(found(path))
        expect(failure(yield* get("telegram:AgAC"))).toMatchObject({
          retryable: false,
          cause: expect.stringContaining("local file")
        })
        expect(fetched).toEqual([])
      })
  )

  it.effect("what fails does not tell where the file was", () =>
    Effect.gen(function* () {
      for (const status of [404, 500]) {
        const { get } = yield* opened(found("photos/file_3.jpg"), () => new Response("no", { status }))
        const exit = yield* get("telegram:AgAC")
        expect(failure(exit)).toMatchObject({ retryable: status === 500 })
        expect(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "").not.toContain(secret)
      }
    })
  )
})
