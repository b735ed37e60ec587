import type * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Ed25519 } from "../../../adapter/Ed25519.ts"
import { type HttpAnswer, httpRequest, type Post } from "../../../adapter/Simulator.ts"
import { Opcode } from "../Protocol.ts"
import * as Signature from "../Protocol/Signature.ts"
import type { SimulatedBot } from "./Options.ts"
import type { Happening } from "./Sessions.ts"
import type { World } from "./World.ts"

/** What carries and signs the platform's own requests. */
export interface Mail {
  readonly post: Post
  readonly ed25519: Context.Tag.Service<Ed25519>
}

/** An event on its way to a bot's address. */
export interface Letter {
  readonly bot: SimulatedBot
  readonly happening: Happening
}

class Undelivered extends Data.TaggedError("Undelivered")<{ readonly why: string }> {}

const Validated = Schema.parseJson(Schema.Struct({ plain_token: Schema.String, signature: Schema.String }))
const Failed = Schema.parseJson(Schema.Struct({ op: Schema.Literal(Opcode.CallbackAck), d: Schema.Literal(1) }))

const utf8 = new TextEncoder()
const utf8Text = new TextDecoder()

const textOf = ({ body }: HttpAnswer): string => (typeof body === "string" ? body : utf8Text.decode(body))

/** One request to a bot's address, signed; the answer, if it is one of success, and what the bot's key is. */
const request = (world: World, { appId, secret, webhook }: SimulatedBot, payload: unknown) =>
  Effect.gen(function* () {
    const { mail } = world.options
    if (mail === undefined || webhook === undefined) return yield* new Undelivered({ why: "nobody carries it" })
    const body = JSON.stringify(payload)
    const time = String(Math.floor(world.now() / 1000))
    const key = Signature.key(mail.ed25519, secret)
    const headers = {
      "content-type": "application/json",
      "user-agent": "QQBot-Callback",
      "x-bot-appid": appId,
      "x-signature-ed25519": key.sign(time, body),
      "x-signature-timestamp": time
    }
    const posted = mail.post(httpRequest({ method: "POST", url: new URL(webhook), headers, bytes: utf8.encode(body) }))
    const answer = yield* Effect.mapError(posted, ({ code }) => new Undelivered({ why: code }))
    if (answer.status < 200 || answer.status > 299) return yield* new Undelivered({ why: `status ${answer.status}` })
    return { key, text: textOf(answer) }
  })

/** Posts events to the bots that have an address for them, after the address has signed what only the bot can sign. */
export const open = (world: World): Effect.Effect<(letter: Letter) => void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const letters = yield* Queue.unbounded<Letter>()
    const checked = new Set<SimulatedBot>()
    const { again, within } = world.options.posting
    const delays = again.map((delay) => Duration.toMillis(delay))
    let posted = 0

    const check = (bot: SimulatedBot) =>
      Effect.gen(function* () {
        if (checked.has(bot)) return
        const d = { plain_token: world.names.token(), event_ts: String(Math.floor(world.now() / 1000)) }
        const { key, text } = yield* request(world, bot, { d, op: Opcode.AddressCheck })
        const said = Option.getOrUndefined(Schema.decodeOption(Validated)(text))
        if (said?.plain_token !== d.plain_token || said.signature !== key.sign(d.event_ts, d.plain_token)) {
          return yield* new Undelivered({ why: "the address is not the bot's" })
        }
        checked.add(bot)
      })

    const deliver = ({ bot, happening: { d, id, t } }: Letter) => {
      posted += 1
      const payload = { id, op: Opcode.Dispatch, s: posted, t, d }
      const note = (what: string, more: { readonly why?: string } = {}) =>
        Effect.sync(() => world.log.write(what, { account: bot.appId, id, ...more }))
      const once = Effect.zipRight(check(bot), request(world, bot, payload)).pipe(
        Effect.filterOrFail(
          ({ text }) => Option.isNone(Schema.decodeOption(Failed)(text)),
          () => new Undelivered({ why: "the bot says that it failed" })
        ),
        Effect.timeoutFail({ duration: within, onTimeout: () => new Undelivered({ why: "no answer in time" }) }),
        Effect.tapBoth({ onFailure: ({ why }) => note("unposted", { why }), onSuccess: () => note("posted") })
      )
      const [first = Number.POSITIVE_INFINITY, ...rest] = delays
      return Effect.ignore(Effect.retry(once, Schedule.fromDelays(first, ...rest)))
    }

    yield* Queue.take(letters).pipe(
      Effect.flatMap((letter) => Effect.forkScoped(deliver(letter))),
      Effect.forever,
      Effect.forkScoped
    )
    return (letter) => void letters.unsafeOffer(letter)
  })
