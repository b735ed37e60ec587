import * as HttpServerResponse from "@effect/platform/HttpServerResponse"

/** An answer that says why a request is not looked at, and what to do. */
export const refusal = (
  status: number,
  _tag: string,
  message: string,
  headers: Readonly<Record<string, string>> = {}
): HttpServerResponse.HttpServerResponse => HttpServerResponse.unsafeJson({ _tag, message }, { status, headers })
