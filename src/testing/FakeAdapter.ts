import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Exit } from "effect/Exit"
import * as Mailbox from "effect/Mailbox"
import * as Redacted from "effect/Redacted"
import * as Clock from "effect/Clock"
import * as Stream from "effect/Stream"
import type { AdapterFatal, SendError } from "../adapter/AdapterError.ts"
import type { Capabilities, Pace } from "../adapter/Capabilities.ts"
import type { AccessRule, Account } from "../adapter/Platform.ts"
import type { Connected, Signal } from "../adapter/Signal.ts"
import { type AccountId, type Conversation, accountId } from "../domain/Address.ts"
import type { Attachment, MessageReceived } from "../domain/Event.ts"
import type { Message, Receipt } from "../domain/Message.ts"

/** An account whose platform is the test itself. */
export interface FakeAdapter {
  readonly account: Account<never>
  /** The current adapter says this. */
  readonly emit: (...signals: ReadonlyArray<Signal>) => Effect.Effect<void>
  /** The current adapter's stream ends like this. */
  readonly end: (exit: Exit<void, AdapterFatal>) => Effect.Effect<void>
  /** How many adapters were opened, and how many of them were closed again. */
  readonly opened: () => number
  readonly closed: () => number
  /** What was sent, in order. */
  readonly sent: ReadonlyArray<Message>
  /** Where it was shown that an answer is being written, in order. */
  readonly typing: ReadonlyArray<Conversation>
}

export interface FakeAdapterOptions {
  readonly id?: AccountId
  readonly secret?: string
  readonly access?: AccessRule
  readonly maxAge?: Duration.Duration
  readonly capabilities?: Partial<Capabilities>
  /** Runs when an adapter opens, before it is there; `attempt` counts from 1. */
  readonly open?: (attempt: number) => Effect.Effect<void, AdapterFatal>
  /** What each adapter says as soon as it is there. */
  readonly greeting?: ReadonlyArray<Signal>
  /** Runs when an adapter closes. */
  readonly close?: Effect.Effect<void>
  readonly send?: (message: Message, again: boolean) => Effect.Effect<Receipt, SendError>
}

const free: Pace = { burst: 1, every: Duration.zero }

const unlimited: Capabilities = {
  limits: { text: 4000, caption: 1000 },
  media: ["image", "video", "voice", "file"],
  buttons: { columns: 5, rows: 5, buttons: 25 },
  edits: true,
  growth: () => undefined,
  pace: { account: free, conversation: { direct: free, group: free, channel: free } },
  lane: ({ id }) => id,
  replyWindow: () => undefined,
  unasked: () => true,
  deduplicates: () => false
}

const taken = (message: Message): Effect.Effect<Receipt> =>
  Effect.map(Clock.currentTimeMillis, (at) => ({ message: message.id, platformId: message.id, at }))

export const make = (options: FakeAdapterOptions = {}): FakeAdapter => {
  const id = options.id ?? accountId("fake", "main")
  const sent: Array<Message> = []
  const typing: Array<Conversation> = []
  const capabilities = { ...unlimited, ...options.capabilities }
  let box: Mailbox.Mailbox<Signal, AdapterFatal> | undefined
  let opened = 0
  let closed = 0

  const current = <A>(use: (box: Mailbox.Mailbox<Signal, AdapterFatal>) => Effect.Effect<A>): Effect.Effect<void> =>
    Effect.suspend(() => (box === undefined ? Effect.dieMessage("no adapter is open") : Effect.asVoid(use(box))))

  const open = Effect.gen(function* () {
    opened += 1
    yield* Effect.addFinalizer(() => {
      closed += 1
      return options.close ?? Effect.void
    })
    yield* options.open?.(opened) ?? Effect.void
    const signals = yield* Mailbox.make<Signal, AdapterFatal>()
    yield* signals.offerAll(options.greeting ?? [])
    box = signals
    return {
      account: id,
      capabilities,
      listen: Mailbox.toStream(signals),
      send: (message: Message, again = false) => {
        sent.push(message)
        return (options.send ?? taken)(message, again)
      },
      typing: (conversation: Conversation) =>
        Effect.sync(() => {
          typing.push(conversation)
        }),
      download: ({ url }: Attachment) => Stream.succeed(new TextEncoder().encode(url))
    }
  })

  return {
    account: {
      id,
      credential: { key: id, secret: Redacted.make(options.secret ?? "fake") },
      access: options.access ?? { _tag: "Open" },
      maxAge: options.maxAge,
      capabilities,
      open
    },
    emit: (...signals) => current((box) => box.offerAll(signals)),
    end: (exit) => current((box) => box.done(exit)),
    opened: () => opened,
    closed: () => closed,
    sent,
    typing
  }
}

/** The platform's word that a line receives, for tests. */
export const connected = (
  options: { readonly resumed?: boolean; readonly silence?: Duration.DurationInput } = {}
): Connected => ({
  _tag: "Connected",
  resumed: options.resumed ?? false,
  self: { id: "bot", name: "fake-bot", bot: true },
  silence: Duration.decode(options.silence ?? "1 minute")
})

/** Somebody says `text` in the conversation `where`, under the event id `id`. */
export const said = (account: AccountId, where: string, id: string, text: string): MessageReceived => {
  const conversation: Conversation = { account, kind: "direct", id: where }
  return {
    _tag: "MessageReceived",
    id,
    conversation,
    sender: { id: where },
    at: 0,
    anchor: id,
    text,
    addressed: true,
    attachments: [],
    mentions: []
  }
}
