import * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { decode, type Told } from "../../adapter/EventStream.ts"
import type { Kind } from "../../http/Live/Chosen.ts"
import type { Desk } from "./Desk.ts"

/** A process says something at least every ten seconds; one that is silent for longer is lost. */
const silence = Duration.seconds(25)

/** Whether a process does not know what it was asked for; one that starts or stops only says that it is not ready. */
export const tellsNothing = (error: HttpClientError | Silent): boolean =>
  error._tag === "ResponseError" && error.response.status === 404

/** Nothing came for too long. */
export class Silent extends Data.TaggedError("Silent") {}

export interface LiveOptions {
  /** of which kinds */
  readonly events: ReadonlyArray<Kind>
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
  { after, contents, events }: LiveOptions
): Stream.Stream<Told, HttpClientError | Silent> => {
  const urlParams = { events: events.join(), ...(contents ? { contents: "true" } : {}) }
  const request = HttpClientRequest.get("http://holdfast/live", { urlParams })
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
