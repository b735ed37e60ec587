import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Effect, Layer, Option, Redacted } from "effect"
import { type TelegramConfig, settings } from "../../../src/platforms/telegram/Config.ts"

export const token = "7000000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
export const config: TelegramConfig = { name: "main", token: Redacted.make(token) }
export const main = settings(config)

/** A call as it left: what is no JSON is text. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly type: string
  readonly params: Readonly<Record<string, unknown>>
  readonly text: string
}

/** What the other end does with a call: answers it, or what a network does. */
export type Reaction =
  | { readonly result: unknown }
  | {
      readonly status: number
      readonly json?: unknown
      readonly raw?: string
      readonly headers?: Record<string, string>
    }
  | { readonly fault: unknown }
  | "never"

/** A refusal, as the Bot API words it. */
export const refusal = (status: number, description: string, parameters?: unknown): Reaction => ({
  status,
  json: { ok: false, error_code: status, description, ...(parameters === undefined ? undefined : { parameters }) }
})

const parse = Option.liftThrowable((text: string): Record<string, unknown> => JSON.parse(text))

/** The other end of every call, and all that it was asked. */
export const wire = (react: (asked: Asked, nth: number) => Reaction | Effect.Effect<Reaction>) => {
  const asked: Array<Asked> = []
  const client = HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const { body } = request
      const text = body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : ""
      const one: Asked = {
        method: url.pathname.split("/").at(-1) ?? "",
        url: url.href,
        type: body.contentType ?? "",
        params: Option.getOrElse(parse(text), () => ({})),
        text
      }
      asked.push(one)
      const given = react(one, asked.length)
      const reaction = Effect.isEffect(given) ? yield* given : given
      if (reaction === "never") return yield* Effect.never
      if ("fault" in reaction)
        return yield* new HttpClientError.RequestError({
          request,
          reason: "Transport",
          cause: reaction.fault,
          description: url.href
        })
      const {
        headers = {},
        json,
        raw,
        status
      } = "result" in reaction ? { status: 200, json: { ok: true, result: reaction.result } } : reaction
      return HttpClientResponse.fromWeb(request, new Response(raw ?? JSON.stringify(json ?? {}), { status, headers }))
    })
  )
  return { asked, layer: Layer.succeed(HttpClient.HttpClient, client) }
}

/** An error as Node raises it. */
export const systemError = (code: string, syscall?: string): Error =>
  Object.assign(new Error(`${syscall ?? ""} ${code} /bot${token}/`), { code, ...(syscall && { syscall }) })
