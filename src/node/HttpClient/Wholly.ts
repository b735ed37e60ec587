import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import type { IncomingHttpHeaders } from "node:http"
import type { Dispatcher } from "undici"
import {
  type Ask,
  broken,
  brokeOff,
  endless,
  invalid,
  longest,
  type Unanswered,
  type Whole
} from "../../adapter/Exchange.ts"

type Ends = (exit: Exit.Exit<Whole, Unanswered>) => void

const decoder = new TextDecoder()

const textOf = ([first, ...more]: ReadonlyArray<Uint8Array>): string =>
  first === undefined ? "" : decoder.decode(more.length === 0 ? first : Buffer.concat([first, ...more]))

const headersOf = (given: IncomingHttpHeaders): Whole["headers"] => {
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(given)) headers[name] = Array.isArray(value) ? value.join(", ") : value
  return headers
}

/** Gathers one answer. Given up, it takes the connection down with it: nothing else can be read there any more. */
class Gathering implements Dispatcher.DispatchHandler {
  readonly #body: Array<Uint8Array> = []
  readonly #ends: Ends
  #status: number | undefined
  #headers: IncomingHttpHeaders = {}
  #controller: Dispatcher.DispatchController | undefined
  #givenUp: Error | undefined
  #size = 0

  constructor(ends: Ends) {
    this.#ends = ends
  }

  giveUp(): void {
    this.#givenUp = new Error("given up")
    this.#controller?.abort(this.#givenUp)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#givenUp !== undefined) controller.abort(this.#givenUp)
  }

  onResponseStart(_: unknown, status: number, headers: IncomingHttpHeaders): void {
    // what comes before the answer itself says nothing yet
    if (status < 200) return
    this.#status = status
    this.#headers = headers
  }

  onResponseData(_: unknown, bytes: Uint8Array): void {
    this.#size += bytes.length
    this.#body.push(bytes)
    if (this.#size <= longest) return
    // what is given up may end by that
    this.#ends(Exit.fail(endless()))
    this.giveUp()
  }

  onResponseEnd(): void {
    if (this.#status === undefined) return this.#ends(Exit.fail(brokeOff()))
    const whole = { status: this.#status, headers: headersOf(this.#headers), body: textOf(this.#body) }
    // the connection is free one turn of the event loop from now, and whoever asks next is to find it so
    queueMicrotask(() => setImmediate(() => this.#ends(Exit.succeed(whole))))
  }

  onResponseError(_: unknown, error: unknown): void {
    this.#ends(Exit.fail(this.#status === undefined ? broken(error) : brokeOff()))
  }
}

const urlOf = ({ hash, url, urlParams }: HttpClientRequest.HttpClientRequest) => UrlParams.makeUrl(url, urlParams, hash)

/** Asks by way of `dispatcher`, without a stream, a span or a signal in between. */
export const by =
  (dispatcher: Dispatcher): Ask =>
  (request) =>
  (ends) => {
    const url = urlOf(request)
    const gathering = new Gathering(ends)
    if (Either.isLeft(url)) ends(Exit.fail(invalid()))
    else
      dispatcher.dispatch(
        {
          method: request.method,
          headers: request.headers,
          origin: url.right.origin,
          path: url.right.pathname + url.right.search,
          body: request.body._tag === "Uint8Array" ? request.body.body : null,
          // the time of the whole exchange is watched by who asks
          headersTimeout: 0,
          bodyTimeout: 0
        },
        gathering
      )
    return () => gathering.giveUp()
  }
