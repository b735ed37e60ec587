import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { decode, type Told } from "../../adapter/EventStream.ts"
import type { Desk } from "./Desk.ts"

/** A process says something at least every ten seconds; one that is silent for longer is lost. */
const silence = Duration.seconds(25)

/** Nothing came for too long. */
export class Silent extends Data.TaggedError("Silent") {}

export interface LiveOptions {
  /** what people and the bot wrote too */
  readonly contents: boolean
  /** the id of the last event that was heard of this process */
  readonly after: string | undefined
}

/**
 * What a process tells as it happens. It ends when the process does, and fails where it cannot be heard, or is silent for too
 * long.
 */
export const live = (
  { http }: Pick<Desk, "http">,
  { after, contents }: LiveOptions
): Stream.Stream<Told, HttpClientError | Silent> => {
  const request = HttpClientRequest.get("http://holdfast/live", { urlParams: contents ? { contents: "true" } : {} })
  const asked = after === undefined ? request : HttpClientRequest.setHeader(request, "last-event-id", after)
  return HttpClientResponse.stream(HttpClient.filterStatusOk(http).execute(asked)).pipe(
    Stream.timeoutFail(() => new Silent(), silence),
    decode
  )
}

/** What processes told already, so that it goes on from there when they are heard again. */
export class Heard {
  readonly #last = new Map<number, string>()

  after({ process }: Pick<Desk, "process">): string | undefined {
    return process === undefined ? undefined : this.#last.get(process.pid)
  }

  note({ process }: Pick<Desk, "process">, { id }: Told): Effect.Effect<void> {
    return Effect.sync(() => {
      if (process !== undefined && id !== undefined) this.#last.set(process.pid, id)
    })
  }
}
