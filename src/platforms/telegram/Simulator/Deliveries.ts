import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import { type HttpAnswer, httpRequest, NoAnswer } from "../../../adapter/Simulator.ts"
import { Arguments } from "./Arguments.ts"
import type { Bot } from "./Bot.ts"
import { meant } from "./Fault.ts"
import { carryOut } from "./Methods.ts"
import { statuses } from "./Statuses.ts"
import type { Queued } from "./UpdateQueue.ts"
import { addressOf, type Webhook } from "./Webhook.ts"
import type { World } from "./World.ts"

/** Why an update was not taken, and how many seconds the receiver asks to be left alone. */
interface Failure {
  readonly message: string
  readonly retryAfter: number
  readonly status: number | undefined
}

const answerWithin = "60 seconds"
const longestRetryAfter = 3600
const shortestCap = 60
const giveUpAfter = 23 * 3_600_000

const network = {
  ECONNREFUSED: "Connection refused",
  ECONNRESET: "Connection reset by peer",
  ENOTFOUND: "Failed to resolve host: No address associated with hostname"
} as const

/** What an answer to an update may not ask for. */
const ignored = /^(?:$|get|setwebhook$|deletewebhook$|close$|logout$)/

/** Posts one bot's updates to its webhook: within a lane one after the other, the lanes side by side. */
export class Deliveries {
  /** Unix milliseconds since which nothing but 410 was answered */
  private goneSince: number | undefined

  private constructor(
    private readonly world: World,
    private readonly bot: Bot,
    private readonly news: Queue.Queue<void>,
    private readonly lanes: FiberMap.FiberMap<string>
  ) {}

  /** Begins to deliver, and goes on until the scope ends. */
  static readonly start = (world: World, bot: Bot): Effect.Effect<void, never, Scope.Scope> =>
    Effect.gen(function* () {
      const deliveries = new Deliveries(world, bot, yield* Queue.sliding<void>(1), yield* FiberMap.make<string>())
      bot.news = () => deliveries.nudge()
      yield* Effect.forkScoped(Effect.forever(deliveries.round))
    })

  private nudge(): void {
    this.news.unsafeOffer(undefined)
  }

  private current: Webhook | undefined

  private readonly round: Effect.Effect<void> = Effect.gen(this, function* () {
    yield* Queue.take(this.news)
    const { webhook } = this.bot
    if (webhook !== this.current) {
      yield* FiberMap.clear(this.lanes)
      this.current = webhook
      this.goneSince = undefined
    }
    if (webhook === undefined) return
    for (const { lane } of this.bot.queue.waiting) {
      if ((yield* FiberMap.size(this.lanes)) >= webhook.maxConnections) return
      if (yield* FiberMap.has(this.lanes, lane)) continue
      yield* FiberMap.run(this.lanes, lane, this.carry(webhook, lane))
    }
  })

  /** Delivers all that waits in one lane, each until it is taken or too old. */
  private carry(webhook: Webhook, lane: string): Effect.Effect<void> {
    return Effect.gen(this, function* () {
      for (;;) {
        const update = this.bot.queue.waiting.find((waiting) => waiting.lane === lane)
        if (update === undefined) return this.nudge()
        if (!(yield* this.deliver(webhook, update))) return
        this.bot.queue.forget(update)
      }
    })
  }

  /** Whether the update is done with: taken, or too old to be tried again. */
  private deliver(webhook: Webhook, update: Queued): Effect.Effect<boolean> {
    return Effect.gen(this, function* () {
      let delay = 1
      for (let attempt = 0; ; attempt++) {
        const failure = yield* this.attempt(webhook, update)
        if (failure === undefined) return true
        webhook.lastError = { date: this.world.date, message: failure.message }
        if (this.isGone(failure)) {
          this.bot.setWebhook(undefined)
          return false
        }
        // the first failure is followed at once by a second try
        if (attempt > 0 && failure.retryAfter === 0) {
          delay = Math.min(this.world.names.between(shortestCap, 2 * shortestCap), delay * 2)
        }
        const wait = failure.retryAfter || (attempt === 0 ? 0 : delay)
        const millis = wait * 1000 * this.world.options.retryScale
        if (this.world.now() + millis > update.expires) return true
        yield* Effect.sleep(millis)
      }
    })
  }

  /** Whether the receiver has said for so long that it is gone that the webhook is given up. */
  private isGone({ status }: Failure): boolean {
    if (status !== 410) this.goneSince = undefined
    else this.goneSince ??= this.world.now()
    const { retryScale } = this.world.options
    return this.goneSince !== undefined && this.world.now() - this.goneSince > giveUpAfter * retryScale
  }

  private attempt(webhook: Webhook, { id, json }: Queued): Effect.Effect<Failure | undefined> {
    return Effect.gen(this, function* () {
      this.world.log.write("delivery", { account: this.bot.id, update: id })
      const answered = yield* Effect.timeoutOption(Effect.either(this.post(webhook, json)), answerWithin)
      const failure = Option.match(answered, {
        onNone: () => ({ message: "Read timeout expired", retryAfter: 0, status: undefined }),
        onSome: (answer) =>
          answer._tag === "Left"
            ? { message: network[answer.left.code], retryAfter: 0, status: undefined }
            : refusal(answer.right)
      })
      this.world.log.write("delivered", { account: this.bot.id, update: id, failure })
      if (failure === undefined && Option.isSome(answered) && answered.value._tag === "Right") {
        yield* this.obey(answered.value.right)
      }
      return failure
    })
  }

  private post({ secret, url: address }: Webhook, json: string): Effect.Effect<HttpAnswer, NoAnswer> {
    const fault = this.world.ownFaults.take("FailDeliveries", meant(this.bot.id))
    if (fault?.status !== undefined) return Effect.succeed({ status: fault.status, headers: {}, body: "" })
    const { post } = this.world.options
    if (fault !== undefined) return new NoAnswer({ code: "ECONNRESET" })
    if (post === undefined) return new NoAnswer({ code: "ECONNREFUSED" })
    const url = addressOf(address)
    if (url === undefined) return new NoAnswer({ code: "ENOTFOUND" })
    const credentials = [url.username, url.password].filter((part) => part !== "").join(":")
    const headers = {
      host: url.host,
      "content-type": "application/json",
      "accept-encoding": "gzip, deflate",
      ...(secret === "" ? undefined : { "x-telegram-bot-api-secret-token": secret }),
      ...(credentials === "" ? undefined : { authorization: `Basic ${btoa(credentials)}` })
    }
    url.username = ""
    url.password = ""
    return post(httpRequest({ method: "POST", url, headers, bytes: new TextEncoder().encode(json) }))
  }

  /** Carries out what the answer asks for; nobody hears what came of it. */
  private obey({ body, headers }: HttpAnswer): Effect.Effect<void> {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
    const asked = httpRequest({ method: "POST", url: new URL("http://webhook/"), headers, bytes })
    const args = bytes.length === 0 ? undefined : Arguments.read(asked)
    const method = args?.text("method").toLowerCase() ?? ""
    if (args === undefined || ignored.test(method)) return Effect.void
    return Effect.ignore(carryOut(this.world, { bot: this.bot, method, args }))
  }
}

const refusal = ({ headers, status }: HttpAnswer): Failure | undefined => {
  if (status >= 200 && status < 300) return undefined
  const asked = Number.parseInt(headers["retry-after"] ?? "0", 10)
  const retryAfter = Number.isNaN(asked) ? 0 : Math.min(longestRetryAfter, Math.max(0, asked))
  return { message: `Wrong response from the webhook: ${status} ${statuses[status] ?? ""}`.trim(), retryAfter, status }
}
