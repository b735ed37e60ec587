import { Effect, Encoding, Redacted, Stream } from "effect"
import type { AccessRule, Rule } from "../../../src/adapter/AccessRule.ts"
import { received } from "../../../src/adapter/Signal.ts"
import type { Conversation } from "../../../src/domain/Address.ts"
import type { Event, MessageReceived } from "../../../src/domain/Event.ts"
import { Codes } from "../../../src/gateway/Access/Codes.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import { type Handler, plain } from "../../../src/handler/Handler.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { playOpenly, settle } from "../stage.ts"

export const pairing: Rule = { _tag: "Pairing", people: ["root"], conversations: [] }

const alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

/** Codes in a known order, PASSAAAA first, and digests that cost nothing. */
export const withCodes = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  let drawn = 0
  return Effect.provideService(effect, Codes, {
    draw: Effect.sync(() => {
      const number = drawn++
      const letters = [1024, 32, 1].map((weight) => alphabet.charAt(Math.floor(number / weight) % 32))
      return Redacted.make(`PASSA${letters.join("")}`)
    }),
    salt: Effect.succeed("salt"),
    digest: (code, salt) => Effect.succeed(Encoding.encodeHex(`${salt}/${Redacted.value(code)}`))
  })
}

export const { id: account } = FakeAdapter.make().account

let count = 0

/** Somebody says something to the bot, in private unless a place is told. */
export const says = (who: string, place?: Pick<Conversation, "id" | "kind">, more: Partial<MessageReceived> = {}) => {
  const event = FakeAdapter.said(account, who, `said-${++count}`, `${who} was here`)
  return { ...event, ...(place === undefined ? undefined : { conversation: { account, ...place } }), ...more }
}

/** A gateway whose only account obeys this rule, for as long as the test runs; the handler answers whatever it sees. */
export const guarded = <A, E>(
  rule: AccessRule,
  test: (stage: {
    readonly fake: FakeAdapter.FakeAdapter
    readonly handled: ReadonlyArray<string>
    /** It is heard, and whatever follows from that is done. */
    readonly hear: (...events: ReadonlyArray<Event>) => Effect.Effect<void>
    /** What the bot has said to them, or in their group. */
    readonly told: (where: string) => ReadonlyArray<string>
    /** The codes that they were given. */
    readonly codes: (where: string) => ReadonlyArray<string>
    readonly access: Gateway["Type"]["access"]
    readonly gateway: Gateway["Type"]
  }) => Effect.Effect<A, E>,
  more: Parameters<typeof playOpenly>[1] = {}
) => {
  const fake = FakeAdapter.make({ access: rule, greeting: [FakeAdapter.connected()] })
  const handled: Array<string> = []
  const handler: Handler = (event) => {
    handled.push(event.id)
    return Stream.make(plain("handled"))
  }
  const told = (where: string) =>
    fake.sent.flatMap(({ content, conversation }) => (conversation.id === where ? [content.text] : []))
  return playOpenly(
    [fake],
    { handler, ...more },
    Effect.gen(function* () {
      const gateway = yield* Gateway
      yield* settle
      return yield* test({
        fake,
        handled,
        told,
        codes: (where) => told(where).flatMap((text) => /PASS-[A-Z2-9]{4}/.exec(text) ?? []),
        hear: (...events) => Effect.zipRight(fake.emit(...events.map(received)), settle),
        access: gateway.access,
        gateway
      })
    })
  ).pipe(withCodes)
}
