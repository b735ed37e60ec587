import type * as HttpClient from "@effect/platform/HttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ParseError } from "effect/ParseResult"
import type { AccountStatus } from "../../gateway/Status.ts"
import type { HandlerHealth } from "../../handler/Handler.ts"
import type { Client } from "../../http/Client.ts"
import type { Process } from "../../http/Api.ts"
import * as Session from "../Session.ts"
import type { Ended } from "../Process.ts"

/** Somebody who can be asked about accounts: a process that runs, or this one over a store that no process has. */
export interface Desk {
  /** how people are told of it */
  readonly name: string
  /** undefined over a store that no process has */
  readonly process: Process | undefined
  /** the accounts that it keeps connected, or would like to, as they were when it was asked */
  readonly accounts: ReadonlyMap<string, AccountStatus>
  /** how what stands behind its handlers does, as of then */
  readonly handlers: ReadonlyArray<HandlerHealth>
  /** what is kept of an account is its to tell and to change */
  readonly has: (account: string) => boolean
  readonly client: Client
  /** what the client asks through, for what is no single answer */
  readonly http: HttpClient.HttpClient
}

/** How long an answer is waited for; retrying thousands of letters takes its time. */
const within = Duration.minutes(1)

/** How what stands behind handlers does; nothing of a process that does not tell, as one of an earlier version. */
export const handlersOf = (client: Client): Effect.Effect<ReadonlyArray<HandlerHealth>> =>
  client.handlers.list({}).pipe(
    Effect.timeout(Duration.seconds(5)),
    Effect.orElseSucceed(() => [])
  )

interface Told {
  readonly _tag: string
  readonly message: string
}

const explanations: Readonly<Record<string, (name: string) => string>> = {
  RequestError: (name) =>
    `${name} does not answer: it may be stopping, or hang; see its log, and start it again if it hangs`,
  ResponseError: (name) => `${name} answered what is no answer: is it of another version than this command?`,
  ParseError: (name) => `${name} answered what is not understood: is it of another version than this command?`,
  TimeoutException: (name) =>
    `${name} did not answer within ${Duration.format(within)}: it hangs, or its store does; see its log`
}

/** What a desk answers; where it refuses, or does not answer, that is said and ends the program. */
export const ask = <A>(
  { name }: Pick<Desk, "name">,
  request: Effect.Effect<A, Told | HttpClientError | ParseError>
): Effect.Effect<A, Ended> =>
  request.pipe(
    Effect.timeout(within),
    Effect.catchAll(({ _tag, message }) => Session.fail([explanations[_tag]?.(name) ?? message]))
  )
