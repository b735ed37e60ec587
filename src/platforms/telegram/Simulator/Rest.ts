import * as Effect from "effect/Effect"
import type { HttpAnswer, HttpRequest, NoAnswer, Served } from "../../../adapter/Simulator.ts"
import { faultyHttp } from "../../../adapter/Simulator/FaultyHttp.ts"
import { answer, refuse, Refused } from "./Answers.ts"
import { Arguments } from "./Arguments.ts"
import type { Bot } from "./Bot.ts"
import { download } from "./Downloads.ts"
import { meant } from "./Fault.ts"
import { carryOut } from "./Methods.ts"
import type { World } from "./World.ts"

export const unauthorized = {
  401: new Refused({ code: 401, description: "Unauthorized" }),
  404: new Refused({ code: 404, description: "Not Found" }),
  421: new Refused({ code: 421, description: "Misdirected Request: unallowed token specified" })
} as const

interface Route {
  readonly token: string
  readonly bot: Bot | undefined
  /** in lower case; undefined where a file is asked for */
  readonly method: string | undefined
  /** what stands after the token */
  readonly rest: string
}

/** Whose request it is, and for what. */
const routed = (world: World, { url }: HttpRequest): Route | undefined => {
  const path = url.pathname.replace(/%3a/gi, ":")
  const [, file, token, rest] = /^(\/file)?\/bot([^/]+)(?:\/test)?\/(.*)$/.exec(path) ?? []
  if (token === undefined || rest === undefined) return undefined
  const method = file === undefined ? rest.toLowerCase() : undefined
  return { token, bot: world.holder(token), method, rest }
}

/** A well-formed token that belongs to nobody is refused as such; any other is taken for a wrong path. */
const stranger = (token: string): Refused =>
  /^[1-9]\d*:[\w-]{24,}$/.test(token) && token.length <= 80 ? unauthorized[401] : unauthorized[404]

const handle = (
  world: World,
  request: HttpRequest,
  route: Route | undefined
): Effect.Effect<HttpAnswer, Refused | NoAnswer> =>
  Effect.suspend((): Effect.Effect<HttpAnswer, Refused | NoAnswer> => {
    if (route === undefined) return unauthorized[404]
    const { bot, method, rest, token } = route
    if (bot === undefined) return stranger(token)
    const refusal = world.ownFaults.take("Unauthorized", meant(bot.id))
    if (refusal !== undefined) return unauthorized[refusal.code]
    if (method === undefined) return Effect.succeed(download(world, rest))
    const args = Arguments.read(request)
    if (args === undefined) return new Refused({ code: 400, description: "Bad Request: can't parse the request body" })
    const name = method === "" ? args.text("method").toLowerCase() : method
    return Effect.map(carryOut(world, { bot, method: name, args }), answer)
  })

/** What the record shows of a body, in bytes. */
const shown = 4000
const utf8 = new TextDecoder()
const encoder = new TextEncoder()

/** The beginning of a body; a copy, since a part of a long text would keep all of it. */
const shownBody = (world: World, body: string | Uint8Array): string => {
  const bytes = typeof body === "string" ? encoder.encode(body.slice(0, shown)) : body.subarray(0, shown)
  return world.redacted(utf8.decode(bytes))
}

/** The platform's HTTP interface, on the record, with the faults of the network around it. */
export const rest =
  (world: World): Served["http"] =>
  (request) =>
    Effect.suspend(() => {
      const route = routed(world, request)
      const polls = route?.method === "getupdates" ? route.bot?.polls : undefined
      const path = world.redacted(request.url.pathname + request.url.search)
      const call = { account: route?.bot?.id, method: route?.method, path }
      world.log.write("request", { ...call, body: shownBody(world, request.bytes) })
      const handled = (request: HttpRequest) =>
        Effect.catchTag(handle(world, request, route), "Refused", (refused) => Effect.succeed(refuse(refused)))
      return faultyHttp(
        world.faults,
        handled
      )(request).pipe(
        Effect.tap(({ body, status }) => {
          polls?.settled(status === 200)
          world.log.write("answer", { ...call, status, answer: shownBody(world, body) })
        }),
        Effect.onError(() =>
          Effect.sync(() => {
            polls?.settled(false)
            world.log.write("unanswered", call)
          })
        )
      )
    })
