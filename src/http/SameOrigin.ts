import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { refusal } from "./Refusal.ts"

type Request = Pick<HttpServerRequest.HttpServerRequest, "headers" | "method">

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i

/** The words of a browser for a request that a page of ours made, or a person by hand. */
const own: ReadonlySet<string> = new Set(["same-origin", "none"])

/** What proxies add for those on whose behalf they ask, who may be anywhere. */
const behalf = ["forwarded", "x-forwarded-for", "x-forwarded-host"]

const refused = (message: string) => refusal(403, "Forbidden", message)

/**
 * What is wrong with a request to a server that asks for no token. A name that is not loopback's was resolved to us by somebody
 * else (DNS rebinding); the port is not compared, so that a forwarded one works: what a page elsewhere on this machine sends is
 * told by its origin.
 */
const wrong = ({ headers, method }: Request): HttpServerResponse.HttpServerResponse | undefined => {
  const { host = "", origin } = headers
  if (!loopback.test(host))
    return refused(
      `"${host}" is not a name of this machine's loopback: ask for http://127.0.0.1, or set HOLDFAST_API_TOKEN`
    )
  if (behalf.some((name) => headers[name] !== undefined))
    return refused("whoever asks through a proxy is told nothing without a token: set HOLDFAST_API_TOKEN")
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase())
    return refused(`a page of ${origin} cannot ask for anything here`)
  const site = headers["sec-fetch-site"]
  const followed = headers["sec-fetch-mode"] === "navigate" && method === "GET"
  if (site !== undefined && !own.has(site) && !followed)
    return refused("a page of another site cannot ask for anything here")
  // a form of another page can post, in an old browser without its origin, but not as JSON; nor can it delete, or put
  const json = /^application\/json\b/i.test(headers["content-type"] ?? "")
  return method === "POST" && origin === undefined && !json
    ? refusal(415, "NotJson", "a request that changes something is sent with content-type: application/json")
    : undefined
}

/** The app for programs of this machine and for our own page, and for no page of anybody else's. */
export const only = <E, R>(app: HttpApp.Default<E, R>): HttpApp.Default<E, R> =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request): HttpApp.Default<E, R> => {
    const answer = wrong(request)
    return answer === undefined ? app : Effect.succeed(answer)
  })
