import { Context, Effect, Layer, Redacted } from "effect"
import { Digest } from "../../../../src/adapter/Digest.ts"
import * as NodeDigest from "../../../../src/node/Digest.ts"
import { accountId, type ConversationKind } from "../../../../src/domain/Address.ts"
import type { Message } from "../../../../src/domain/Message.ts"
import { make as makeRest } from "../../../../src/platforms/qq/Rest.ts"
import { make } from "../../../../src/platforms/qq/Send.ts"
import { type Asked, main, type Reaction, wire } from "../wire.ts"

export const token = { get: Effect.succeed(Redacted.make("one")), drop: () => Effect.void }
export const digest = Effect.runSync(Effect.scoped(Effect.map(Layer.build(NodeDigest.layer), Context.get(Digest))))
/** What one adapter can say, over a platform that is the test itself. */
export const opened = (react: (nth: number, asked: Asked) => Reaction, settings = main) => {
  const { asked, layer } = wire((one, nth) => react(nth, one))
  return Effect.map(Effect.provide(makeRest(main, token), layer), (rest) => ({
    asked,
    ...make(settings, rest, digest)
  }))
}
export const taken: Reaction = { json: { id: "ROBOT1.0_sent!", timestamp: "2026-09-10T10:00:01+08:00" } }
export const refused = (code: number): Reaction => ({
  status: 400,
  json: { code, err_code: code, message: "no" },
  trace: "4f0c"
})
const kinds: Readonly<Record<string, ConversationKind>> = {
  c2c: "direct",
  dm: "direct",
  group: "group",
  channel: "channel"
}

/** A message to the conversation `id`, in answer to a message there. */
export const message = (
  id: string,
  options: { ordinal?: number; anchor?: string; markdown?: boolean; text?: string } = {}
): Message => ({
  id: `qq:main/e#${options.ordinal ?? 0}`,
  conversation: { account: accountId("qq", "main"), kind: kinds[id.split(":")[0] ?? ""] ?? "direct", id },
  content: { text: options.text ?? "pong", format: options.markdown ? "markdown" : "plain" },
  replyTo: { event: "e", ordinal: options.ordinal ?? 0, anchor: options.anchor ?? "ROBOT1.0_x!", at: 0 }
})
export const unasked = (id: string): Message => {
  const { replyTo: _, ...rest } = message(id)
  return rest
}
