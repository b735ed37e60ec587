import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { HttpAnswer, HttpRequest } from "../../../adapter/Simulator.ts"
import { meant } from "./Fault.ts"
import * as Files from "./Files.ts"
import * as Parts from "./Parts.ts"
import type { Place } from "./Place.ts"
import { answer, type Refusal, refuse } from "./Refusals.ts"
import { send } from "./Sends.ts"
import { stream } from "./Streams.ts"
import { refusedToken } from "./Tokens.ts"
import type { Account, World } from "./World.ts"

interface Call {
  readonly request: HttpRequest
  readonly account: Account
  readonly trace: string
  /** the parts of the path that the route left open */
  readonly part: string
}

type Handler = (world: World, call: Call) => HttpAnswer

const gatewayUrl = (world: World, { url }: HttpRequest): string =>
  world.options.gatewayUrl ?? `${url.origin.replace(/^http/, "ws")}/websocket`

const gatewayBot: Handler = (world, { account, request }) => {
  const { remaining, resetAfter } = world.startsLeft(account)
  const total = world.options.sessionStarts.total
  const session_start_limit = { total, remaining, reset_after: resetAfter, max_concurrency: 1 }
  return answer(200, { url: gatewayUrl(world, request), shards: world.options.shards, session_start_limit })
}

const me: Handler = (_, { account: { bot } }) =>
  answer(200, { id: bot.id, username: bot.name, avatar: "", bot: true, union_openid: "", union_user_account: "" })

const Acknowledgement = Schema.parseJson(Schema.Struct({ code: Schema.optional(Schema.Int) }))

const acknowledge: Handler = (_, { account, part, request, trace }) => {
  const answered = account.interactions.get(part)
  if (answered === undefined) return refuse("unknownInteraction", trace)
  if (answered) return refuse("interactionAnswered", trace)
  if (Option.isNone(Schema.decodeOption(Acknowledgement)(request.body))) return refuse("badParameter", trace)
  account.interactions.set(part, true)
  return answer(200, {})
}

const says =
  (place: (part: string, account: Account) => Place): Handler =>
  (world, { account, part, request, trace }) =>
    send(world, account, place(part, account), request, trace)

const takesFile =
  (kind: Place["kind"]): Handler =>
  (world, { account, part, request, trace }) =>
    Files.take(world, account, { kind, id: part }, request.body, trace)

const prepares =
  (kind: Place["kind"]): Handler =>
  (world, { account, part, request, trace }) =>
    Parts.prepare(world, account, { kind, id: part }, request, trace)

const finishes =
  (kind: Place["kind"]): Handler =>
  (world, { account, part, request, trace }) =>
    Parts.finish(world, account, { kind, id: part }, request.body, trace)

const streams: Handler = (world, { account, part, request, trace }) =>
  stream(world, account, { kind: "c2c", id: part }, request.body, trace)

const routes: ReadonlyArray<readonly [method: string, path: RegExp, handler: Handler]> = [
  ["GET", /^\/gateway$/, (world, { request }) => answer(200, { url: gatewayUrl(world, request) })],
  ["GET", /^\/gateway\/bot$/, gatewayBot],
  ["GET", /^\/users\/@me$/, me],
  ["POST", /^\/v2\/users\/([^/]+)\/messages$/, says((id) => ({ kind: "c2c", id }))],
  ["POST", /^\/v2\/users\/([^/]+)\/stream_messages$/, streams],
  ["POST", /^\/v2\/groups\/([^/]+)\/messages$/, says((id) => ({ kind: "group", id }))],
  ["POST", /^\/v2\/users\/([^/]+)\/files$/, takesFile("c2c")],
  ["POST", /^\/v2\/groups\/([^/]+)\/files$/, takesFile("group")],
  ["POST", /^\/v2\/users\/([^/]+)\/upload_prepare$/, prepares("c2c")],
  ["POST", /^\/v2\/groups\/([^/]+)\/upload_prepare$/, prepares("group")],
  ["POST", /^\/v2\/users\/([^/]+)\/upload_part_finish$/, finishes("c2c")],
  ["POST", /^\/v2\/groups\/([^/]+)\/upload_part_finish$/, finishes("group")],
  ["POST", /^\/channels\/([^/]+)\/messages$/, says((id, { standing }) => standing.channel(id))],
  ["POST", /^\/dms\/([^/]+)\/messages$/, says((id) => ({ kind: "dm", id }))],
  ["PUT", /^\/interactions\/([^/]+)$/, acknowledge]
]

/** Whose request it is, by its token. */
const authorized = (world: World, request: HttpRequest): Account | Refusal => {
  const [scheme, token] = request.headers["authorization"]?.split(" ") ?? []
  if (scheme === undefined || scheme === "") return "tokenMissing"
  if (scheme === "Bot") return "tokenFixed"
  if (scheme !== "QQBot" || token === undefined || token === "") return "tokenRejected"
  return world.holder(token) ?? "tokenUnknown"
}

const token = (world: World, request: HttpRequest): HttpAnswer => {
  const asker = world.tokens.asker(request)
  if (typeof asker === "number") return answer(200, refusedToken(asker))
  const refusal = world.ownFaults.take("RefuseToken", meant(asker.appId))
  if (refusal !== undefined) return answer(200, refusedToken(refusal.code))
  for (const account of world.accounts(asker.appId)) account.tokens += 1
  return answer(200, world.tokens.issue(asker))
}

/** The platform's REST interface: the token service, discovery, and what a bot may ask and say. */
export const rest =
  (world: World) =>
  (request: HttpRequest, trace: string): HttpAnswer => {
    const path = decodeURI(request.url.pathname)
    if (request.method === "POST" && path === "/app/getAppAccessToken") return token(world, request)
    if (Parts.isPart(request)) return Parts.put(world, request)
    const account = authorized(world, request)
    if (typeof account === "string") return refuse(account, trace)
    for (const [method, pattern, handler] of routes) {
      const match = method === request.method ? pattern.exec(path) : null
      if (match !== null) return handler(world, { request, account, trace, part: match[1] ?? "" })
    }
    return refuse("unknownPath", trace)
  }
