import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import { Sha256 } from "../adapter/Sha256.ts"

/** What the page is made of. */
export interface Parts {
  readonly script: string
  readonly style: string
}

/** A point in a ring, as a line is held. */
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='6' fill='none' stroke='%230d7d6c' stroke-width='2.5'/%3E%3Ccircle cx='8' cy='8' r='2.5' fill='%230d7d6c'/%3E%3C/svg%3E"

const written = ({ script, style }: Parts): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>Holdfast</title><link rel="icon" href="${icon}"><style>${style}</style></head><body><div id="page"><noscript>This page shows what is happening now, for which it needs scripts. holdfast status says the same at a terminal.</noscript></div><script>${script}</script></body></html>`

/** How a browser knows a text that it may run. */
const known = (text: string): Effect.Effect<string, never, Sha256> =>
  Effect.map(Sha256, (sha256) => {
    const digest = Either.getOrElse(Encoding.decodeHex(sha256(text)), () => new Uint8Array())
    return `'sha256-${Encoding.encodeBase64(digest)}'`
  })

/** Nothing but this script and this style, and nobody but the server that they came from: whatever a stranger is called. */
const policy = (script: string, style: string): string =>
  [
    "default-src 'none'",
    `script-src ${script}`,
    `style-src ${style}`,
    "img-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'"
  ].join("; ")

/** Answers every request with the page: one document that needs nothing from elsewhere, and is allowed nothing else. */
export const make = (parts: Parts): Effect.Effect<HttpApp.Default, never, Sha256> =>
  Effect.gen(function* () {
    const page = HttpServerResponse.html(written(parts)).pipe(
      HttpServerResponse.setHeaders({
        "content-security-policy": policy(yield* known(parts.script), yield* known(parts.style)),
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cache-control": "no-cache"
      })
    )
    return Effect.succeed(page)
  })
