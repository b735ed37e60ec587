import * as Effect from "effect/Effect"
import type { HttpAnswer, HttpRequest, NoAnswer, Served } from "../../../adapter/Simulator.ts"
import { faultyHttp } from "../../../adapter/Simulator/FaultyHttp.ts"
import { answer, ok, refuse, Refused } from "./Answers.ts"
import { Arguments } from "./Arguments.ts"
import type { Call, Method } from "./Call.ts"
import { meant } from "./Fault.ts"
import { sendMessage } from "./Sends.ts"
import { deleteWebhook, getWebhookInfo, setWebhook } from "./Webhook.ts"
import type { World } from "./World.ts"

const getMe: Method = (world, { bot }) => {
  if (world.faults.take("Stall", ({ step }) => step === "upgrade") !== undefined) return Effect.never
  return Effect.succeed(
    ok({
      ...bot.user,
      can_join_groups: true,
      can_read_all_group_messages: bot.config.readsAll ?? true,
      supports_inline_queries: false
    })
  )
}

const methods: Readonly<Record<string, Method>> = {
  getme: getMe,
  getupdates: (_, { args, bot }) => bot.polls.poll(args),
  setwebhook: setWebhook,
  deletewebhook: deleteWebhook,
  getwebhookinfo: getWebhookInfo,
  sendmessage: sendMessage
}

const unauthorized = {
  401: new Refused({ code: 401, description: "Unauthorized" }),
  404: new Refused({ code: 404, description: "Not Found" }),
  421: new Refused({ code: 421, description: "Misdirected Request: unallowed token specified" })
} as const

/** Whose call it is, and of what. */
const routed = (world: World, { url }: HttpRequest) => {
  const [, token, method] = /^\/bot([^/]+)(?:\/test)?\/([^/]*)$/.exec(decodeURI(url.pathname)) ?? []
  return token === undefined || method === undefined
    ? undefined
    : { token, bot: world.holder(token), method: method.toLowerCase() }
}

type Route = ReturnType<typeof routed>

const carryOut = (world: World, request: HttpRequest, route: Route): Effect.Effect<string, Refused | NoAnswer> =>
  Effect.suspend(() => {
    if (route === undefined) return unauthorized[404]
    const { bot, token } = route
    if (bot === undefined) return stranger(token)
    const refusal = world.ownFaults.take("Unauthorized", meant(bot.id))
    if (refusal !== undefined) return unauthorized[refusal.code]
    const args = Arguments.read(request)
    if (args === undefined) return new Refused({ code: 400, description: "Bad Request: can't parse the request" })
    const name = route.method === "" ? args.text("method").toLowerCase() : route.method
    const method = methods[name]
    if (method === undefined) return new Refused({ code: 404, description: "Not Found: method not found" })
    bot.calls.set(name, (bot.calls.get(name) ?? 0) + 1)
    const call: Call = { bot, method: name, args }
    return method(world, call)
  })

/** A token that is well formed belongs to nobody; the cloud takes any other for a wrong path. */
const stranger = (token: string): Refused =>
  /^[1-9]\d*:[\w-]{24,}$/.test(token) && token.length <= 80 ? unauthorized[401] : unauthorized[404]

/** The platform's HTTP interface, on the record, with the faults of the network around it. */
export const rest = (world: World): Served["http"] => {
  return (request) =>
    Effect.suspend(() => {
      const route = routed(world, request)
      const polls = route?.method === "getupdates" ? route.bot?.polls : undefined
      const call = { account: route?.bot?.id, method: route?.method, path: shownPath(world, request) }
      world.log.write("request", { ...call, body: world.redacted(request.body) })
      const handle = (request: HttpRequest): Effect.Effect<HttpAnswer, NoAnswer> =>
        carryOut(world, request, route).pipe(
          Effect.map(answer),
          Effect.catchTag("Refused", (refused) => Effect.succeed(refuse(refused)))
        )
      return faultyHttp(
        world.faults,
        handle
      )(request).pipe(
        Effect.tap(({ body, status }) => {
          polls?.settled(status === 200)
          world.log.write("answer", { ...call, status, answer: typeof body === "string" ? world.redacted(body) : body })
        }),
        Effect.onError(() =>
          Effect.sync(() => {
            polls?.settled(false)
            world.log.write("unanswered", call)
          })
        )
      )
    })
}

const shownPath = (world: World, { url }: HttpRequest): string =>
  world.redacted(url.pathname + url.search).replace(/\/bot[^/<]+/, "/bot<token>")
