import * as HttpClient from "@effect/platform/HttpClient"
import { it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import type { Fields } from "../../../../src/adapter/Fields.ts"
import { accountId, type Conversation, type ConversationKind } from "../../../../src/domain/Address.ts"
import type { Content, Message } from "../../../../src/domain/Message.ts"
import * as ButtonData from "../../../../src/adapter/ButtonData.ts"
import { PublicHttp } from "../../../../src/adapter/PublicHttp.ts"
import { ResumeStore } from "../../../../src/adapter/ResumeStore.ts"
import { type CallOptions, type Rest, RestFailed } from "../../../../src/platforms/telegram/Rest.ts"
import { make } from "../../../../src/platforms/telegram/Send.ts"
import * as Moved from "../../../../src/platforms/telegram/Send/Moved.ts"
import { main } from "../wire.ts"

export const account = accountId("telegram", "main")

/** A call as it was made. */
export interface Asked {
  readonly method: string
  readonly params: Fields
  readonly options: CallOptions
}

/** What a call comes to: its result, or the fields of its failure. */
export type Reaction = { readonly result: unknown } | Omit<ConstructorParameters<typeof RestFailed>[0], "method">

/** Where files would be fetched; holds what must not be told. */
export const secret = "7100000001:AAHsecret"

/** A REST half whose platform is the test itself, and all that it was asked. */
export const asking = (react: (nth: number, asked: Asked) => Reaction | "never") => {
  const asked: Array<Asked> = []
  const rest: Rest = {
    call: (method, params = {}, options = {}) =>
      Effect.suspend(() => {
        const one = { method, params, options }
        asked.push(one)
        const reaction = react(asked.length, one)
        if (reaction === "never") return Effect.never
        return "result" in reaction ? Effect.succeed(reaction.result) : new RestFailed({ method, ...reaction })
      }),
    fileUrl: (path) => Redacted.make(`https://api.telegram.org/file/bot${secret}/${path}`)
  }
  return { asked, rest, methods: () => asked.map(({ method }) => method) }
}

export const taken = { result: { message_id: 57, date: 1, chat: { id: 7001, type: "private" } } }

/** Telegram says no. */
export const refused = (
  status: number,
  description: string,
  more: Pick<RestFailed, "migrateTo" | "retryAfter"> = {}
) => ({
  sent: true,
  cause: "the platform refused",
  status,
  description,
  ...more
})

export const place = (id: string, kind: ConversationKind = "direct"): Conversation => ({ account, kind, id })

/** A message to the chat `id`, in answer to message 40 there unless told otherwise. */
export const message = (
  id: string,
  content: Partial<Content> = {},
  options: { readonly anchor?: string | undefined; readonly edits?: string } = { anchor: "40" }
): Message => ({
  id: "telegram:main/e#0",
  conversation: place(id),
  content: { text: "pong", format: "plain", ...content },
  ...(options.anchor === undefined
    ? undefined
    : { replyTo: { event: "e", ordinal: 0, anchor: options.anchor, at: 0 } }),
  ...(options.edits === undefined ? undefined : { edits: options.edits })
})

const nowhere = HttpClient.make(() => Effect.never)

/** What one adapter can say, over a platform that is the test itself. */
export const opened = (react: (nth: number, asked: Asked) => Reaction) =>
  Effect.gen(function* () {
    const { asked, methods, rest } = asking(react)
    const moved = yield* Moved.make(account)
    const data = yield* ButtonData.make(account)
    const half = make(main, rest, moved, data)
    const { send, typing } = yield* half.pipe(
      Effect.provideService(HttpClient.HttpClient, nowhere),
      Effect.provideService(PublicHttp, nowhere)
    )
    return { asked, data, methods, send, typing }
  })

/** Tests that share what adapters remember. */
export const sends = (title: string, test: Effect.Effect<void, unknown, ResumeStore>) =>
  it.effect(title, () => Effect.provide(test, ResumeStore.layerMemory))

export const url = (address: string) => ({ _tag: "Url", url: address }) as const

/** How Telegram is told what a message answers. */
export const answersTo = (message_id: number) => ({ message_id, allow_sending_without_reply: true })
