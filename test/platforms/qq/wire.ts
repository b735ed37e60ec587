import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Effect, Layer, Redacted } from "effect"
import { multipart } from "../../../src/adapter/Simulator/Multipart.ts"
import { type QQConfig, settings } from "../../../src/platforms/qq/Config.ts"

export const secret = "s1ppQQbotKEY"
export const config: QQConfig = { name: "main", appId: "102000001", clientSecret: Redacted.make(secret) }
export const main = settings(config)

/** A request as it left, with its body read back. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** What the other end does with a request: answers it, or what a network does. */
export type Reaction =
  | { readonly status?: number; readonly json?: unknown; readonly raw?: string; readonly trace?: string }
  | { readonly fault: unknown }
  | "never"

/** JSON, or the fields of a form with its files by their names; of mere bytes, how many. */
const read = (type: string, bytes: Uint8Array): unknown => {
  if (type === "application/octet-stream") return bytes.length
  const form = type.startsWith("multipart/") ? multipart(type, bytes) : undefined
  return form === undefined
    ? JSON.parse(new TextDecoder().decode(bytes))
    : { ...Object.fromEntries(form.fields), ...Object.fromEntries(form.files) }
}

/** The other end of every request, and all that it was asked. */
export const wire = (react: (asked: Asked, nth: number) => Reaction) => {
  const asked: Array<Asked> = []
  const client = HttpClient.make((request, url) =>
    Effect.suspend(() => {
      const { body } = request
      const sent = body._tag === "Uint8Array" ? read(body.contentType, body.body) : undefined
      const one: Asked = {
        method: request.method,
        url: url.href,
        headers: { ...request.headers, "content-type": body.contentType ?? "" },
        body: sent
      }
      asked.push(one)
      const reaction = react(one, asked.length)
      if (reaction === "never") return Effect.never
      if ("fault" in reaction) {
        return Effect.fail(
          new HttpClientError.RequestError({ request, reason: "Transport", cause: reaction.fault, description: secret })
        )
      }
      const { json, raw, status = 200, trace } = reaction
      const text = raw ?? (json === undefined ? null : JSON.stringify(json))
      return Effect.succeed(
        HttpClientResponse.fromWeb(
          request,
          new Response(text, { status, headers: trace === undefined ? {} : { "X-Tps-trace-ID": trace } })
        )
      )
    })
  )
  return { asked, layer: Layer.succeed(HttpClient.HttpClient, client) }
}

/** An error as Node raises it. */
export const systemError = (code: string, syscall?: string): Error =>
  Object.assign(new Error(`${syscall ?? ""} ${code} Bearer ${secret}`), { code, ...(syscall && { syscall }) })
