import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import { Effect, type Scope, Stream } from "effect"

/** An event as one who listens hears it. */
export interface Heard {
  readonly id: string
  readonly event: string
  readonly data: unknown
}

const field = (block: string, name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? ""

export const parsed = (text: string): ReadonlyArray<Heard> =>
  text
    .split("\n\n")
    .filter((block) => block.includes("data: "))
    .map((block) => ({
      id: field(block, "id"),
      event: field(block, "event"),
      data: JSON.parse(field(block, "data"))
    }))

/** One who listens to an app in this process, from now on. */
export const listening = (
  app: HttpApp.Default<unknown>,
  query = "",
  after?: string
): Effect.Effect<
  {
    readonly text: () => string
    readonly heard: () => ReadonlyArray<Heard>
    readonly ended: () => boolean
    readonly leave: Effect.Effect<void>
  },
  unknown,
  Scope.Scope
> =>
  Effect.gen(function* () {
    const headers = after === undefined ? {} : { "last-event-id": after }
    const request = HttpServerRequest.fromWeb(new Request(`http://holdfast/live${query}`, { headers }))
    const { body } = yield* Effect.provideService(app, HttpServerRequest.HttpServerRequest, request)
    if (body._tag !== "Stream") return yield* Effect.dieMessage(`the answer is no stream: ${body._tag}`)
    let text = ""
    let ended = false
    const decoder = new TextDecoder()
    const reading = Stream.runForEach(body.stream, (bytes) => Effect.sync(() => (text += decoder.decode(bytes))))
    const fiber = yield* Effect.forkScoped(
      Effect.zipRight(
        reading,
        Effect.sync(() => (ended = true))
      )
    )
    return {
      text: () => text,
      heard: () => parsed(text),
      ended: () => ended,
      leave: Effect.asVoid(Effect.suspend(() => fiber.interruptAsFork(fiber.id())))
    }
  })
