import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Fiber, Stream, TestClock } from "effect"
import { Heard, live } from "../../../src/cli/Control/Live.ts"
import * as Client from "../../../src/http/Client.ts"

/** Somebody who tells these pieces of text, and then this. */
const teller = (pieces: ReadonlyArray<string>, then: Stream.Stream<string>) =>
  Client.direct(
    Effect.map(HttpServerRequest.HttpServerRequest, ({ headers, url }) =>
      HttpServerResponse.stream(
        Stream.concat(Stream.make(`data: ${url} ${headers["last-event-id"]}\n\n`, ...pieces), then).pipe(
          Stream.encodeText
        )
      )
    )
  )

const heard = (stream: ReturnType<typeof live>) => Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray)

describe("what a process tells as it happens", () => {
  it.effect("is asked for from where it was heard last, with contents only where they are wanted", () =>
    Effect.gen(function* () {
      const http = teller(["id: 8\nevent: entry\ndata: {}\n\n"], Stream.empty)
      const [first, second] = yield* heard(live({ http }, { events: ["passage"], contents: true, after: "7" }))
      expect(first?.data).toMatch(/\/live\?events=passage&contents=true 7$/)
      expect(second).toEqual({ event: "entry", id: "8", data: "{}" })
      const [asked] = yield* heard(live({ http }, { events: ["status", "entry"], contents: false, after: undefined }))
      expect(asked?.data).toMatch(/\/live\?events=status%2Centry undefined$/)
    })
  )

  it.scoped("is lost when nothing comes for longer than anything may take, comments included", () =>
    Effect.gen(function* () {
      const http = teller([": here\n\n"], Stream.never)
      const fiber = yield* Effect.forkScoped(
        Effect.flip(Stream.runDrain(live({ http }, { events: ["status", "entry"], contents: false, after: undefined })))
      )
      yield* TestClock.adjust("20 seconds")
      expect(yield* Fiber.poll(fiber)).toMatchObject({ _tag: "None" })
      yield* TestClock.adjust("10 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "Silent" })
    })
  )

  it.effect("fails where nobody can tell it", () =>
    Effect.gen(function* () {
      const http = Client.direct(Effect.succeed(HttpServerResponse.empty({ status: 404 })))
      const error = yield* Effect.flip(
        heard(live({ http }, { events: ["status", "entry"], contents: false, after: undefined }))
      )
      expect(error).toMatchObject({ _tag: "ResponseError", reason: "StatusCode" })
    })
  )

  it.effect("goes on from the last that this very process told", () =>
    Effect.gen(function* () {
      const all = new Heard()
      const [one, other] = [1, 2].map((pid) => ({ process: { pid, since: 0, store: "" } }))
      if (one === undefined || other === undefined) return expect.fail()
      yield* all.note(one, { event: "entry", data: "", id: "7" })
      yield* all.note(one, { event: "entry", data: "", id: undefined })
      expect([all.after(one), all.after(other)]).toEqual(["7", undefined])
    })
  )
})
