import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Layer from "effect/Layer"
import { isRecord } from "./Fields.ts"

/** An address that a request would have gone to is not one of the public network, so nothing was sent. */
export class NotPublic extends Data.TaggedError("NotPublic")<{
  readonly host: string
  /** what that address is, such as `loopback` */
  readonly range: string
}> {
  readonly code = "NOT_PUBLIC"
  /** as Node marks failures that precede the first byte */
  readonly syscall = "connect"

  override get message(): string {
    return `${this.host} leads to an address that is not public (${this.range})`
  }
}

/**
 * Requests to addresses that others have a say in. Whatever is not a public address is refused, with `NotPublic`, when a line to
 * it is opened: after names are resolved, and again at every redirect.
 */
export class PublicHttp extends Context.Tag("holdfast/PublicHttp")<PublicHttp, HttpClient.HttpClient>() {
  /** Refuses nothing: for a network in memory, and for who means an address within. */
  static readonly layerTrusting: Layer.Layer<PublicHttp, never, HttpClient.HttpClient> = Layer.effect(
    PublicHttp,
    HttpClient.HttpClient
  )
}

const within = (error: unknown, depth: number): NotPublic | undefined => {
  if (error instanceof NotPublic) return error
  return isRecord(error) && depth < 5 ? within(error["cause"], depth + 1) : undefined
}

/** Why a request was refused, if it was because of where it would have gone: asking again does not help. */
export const refusal = (error: HttpClientError.HttpClientError): NotPublic | undefined => within(error, 0)
