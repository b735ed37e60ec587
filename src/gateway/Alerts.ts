import type * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import type { HmacSha256 } from "../adapter/HmacSha256.ts"
import type { ResumeStore } from "../adapter/ResumeStore.ts"
import { type Conversation, conversationKey } from "../domain/Address.ts"
import type { Alert } from "./Alerts/Alert.ts"
import { HandlerIncidents } from "./Alerts/HandlerIncidents.ts"
import { Incidents } from "./Alerts/Incidents.ts"
import * as Memory from "./Alerts/Memory.ts"
import * as Webhook from "./Alerts/Webhook.ts"
import type { Gateway } from "./Gateway.ts"
import type { AccountStatus } from "./Status.ts"

/** Who is told when an account is in trouble, or a handler, beside whoever reads the log. */
export interface AlertsConfig {
  /** how long an account may be down, or a handler fail, before anybody is told */
  readonly after: Duration.Duration
  readonly webhook: Webhook.Target | undefined
  /** a conversation of an operator's, on any account; nobody is told in any other */
  readonly conversation: Conversation | undefined
}

export const defaults: AlertsConfig = { after: Duration.minutes(5), webhook: undefined, conversation: undefined }

type Of = Pick<Context.Tag.Service<Gateway>, "statuses" | "handlers" | "send">

/** How often it looks. */
const often = Duration.seconds(5)

/** More alerts than these do not wait for whoever is slow to take them; the oldest are given up. */
const waiting = 16

/** A way on which an alert goes out, and why it did not, for the log. */
interface Way {
  readonly name: string
  readonly tell: (alert: Alert) => Effect.Effect<void, string, HttpClient.HttpClient | HmacSha256>
}

const isConnected = ({ state }: AccountStatus): boolean => state._tag === "Connected"

/** Through an account that is connected: what is kept for one that is not would arrive when it is history. */
const toConversation = (gateway: Of, conversation: Conversation): Way => ({
  name: conversationKey(conversation),
  tell: ({ id, text }) =>
    Effect.gen(function* () {
      const statuses = yield* gateway.statuses
      const own = statuses.find(({ account }) => account === conversation.account)
      if (own === undefined || !isConnected(own)) return yield* Effect.fail("that account is not connected itself")
      const content = { text, format: "plain" as const }
      yield* Effect.mapError(gateway.send(conversation, content, `alert-${id}`), ({ message }) => message)
    })
})

const toWebhook = (target: Webhook.Target): Way => ({
  name: "HOLDFAST_ALERT_WEBHOOK",
  tell: (alert) => Webhook.post(target, alert)
})

const log = ({ accounts, handlers = [], id, kind, text }: Alert): Effect.Effect<void> =>
  (kind === "raised" ? Effect.logError : Effect.logInfo)(text.replaceAll("\n", " ")).pipe(
    Effect.annotateLogs({
      alert: id,
      kind,
      ...(accounts.length === 0 ? {} : { accounts: accounts.map(({ account }) => account).join(",") }),
      ...(handlers.length === 0 ? {} : { handlers: handlers.map(({ handler }) => handler).join(",") })
    })
  )

/**
 * Watches the accounts and handlers of a gateway for as long as the scope lasts, and tells of each incident once, and once when it is over: to
 * the log, and on the ways that are configured. Where the store outlives the process, so does what has been told of accounts. A way that is slow or broken holds up neither the others nor any account.
 */
export const watch = (
  gateway: Of,
  config: AlertsConfig
): Effect.Effect<void, never, Scope.Scope | HttpClient.HttpClient | HmacSha256 | ResumeStore> =>
  Effect.gen(function* () {
    const incidents = new Incidents(config.after)
    const handlers = new HandlerIncidents(config.after)
    const ways = [
      ...(config.webhook === undefined ? [] : [toWebhook(config.webhook)]),
      ...(config.conversation === undefined ? [] : [toConversation(gateway, config.conversation)])
    ]
    const queues = yield* Effect.forEach(ways, ({ name, tell }) =>
      Effect.gen(function* () {
        const queue = yield* Queue.sliding<Alert>(waiting)
        const lost = (why: string) => Effect.logWarning(`an alert was not told to ${name}: ${why}`)
        const one = Effect.flatMap(Queue.take(queue), (alert) => Effect.catchAll(tell(alert), lost))
        yield* Effect.forkScoped(forEver(one))
        return queue
      })
    )
    const memory = yield* Memory.of(incidents)
    const look = Effect.gen(function* () {
      const statuses = yield* gateway.statuses
      yield* memory.recall(statuses)
      const now = yield* Clock.currentTimeMillis
      const alerts = [...incidents.look(statuses, now), ...handlers.look(yield* gateway.handlers, now)]
      yield* memory.keep
      for (const alert of alerts) {
        yield* log(alert)
        for (const queue of queues) yield* Queue.offer(queue, alert)
      }
    })
    yield* Effect.forkScoped(forEver(Effect.zipRight(look, Effect.sleep(often))))
  })

/** What fails by a mistake is begun again: nobody else watches (F13). */
const forEver = <R>(work: Effect.Effect<void, never, R>): Effect.Effect<never, never, R> =>
  work.pipe(
    Effect.catchAllCause((cause) =>
      Effect.zipRight(Effect.logError("the alerts failed and start again", cause), Effect.sleep("1 second"))
    ),
    Effect.forever
  )
