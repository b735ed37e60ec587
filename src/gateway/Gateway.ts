import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { DownloadFailed, SendError } from "../adapter/AdapterError.ts"
import type { Budget } from "../adapter/Budget.ts"
import type { Account } from "../adapter/Platform.ts"
import { Recurring } from "../adapter/Recurring.ts"
import type { ResumeStore } from "../adapter/ResumeStore.ts"
import type { Stability } from "../adapter/Stability.ts"
import { boundedInterrupt } from "../adapter/Teardown.ts"
import { Inbox } from "../delivery/Inbox.ts"
import type { StoreRefused } from "../delivery/KeyedQueue.ts"
import { Outbox } from "../delivery/Outbox.ts"
import { type AccountId, type Conversation } from "../domain/Address.ts"
import type { Attachment, Event } from "../domain/Event.ts"
import type { Content, MessageId } from "../domain/Message.ts"
import { boundless } from "../domain/Parts.ts"
import { Downloads } from "../handler/Downloads.ts"
import type { Handler, HandlerHealth } from "../handler/Handler.ts"
import * as Admission from "./Access/Admission.ts"
import * as Accounts from "./Accounts.ts"
import * as Dispatcher from "./Dispatcher.ts"
import * as Drain from "./Drain.ts"
import { defaults, type GatewayConfig } from "./GatewayConfig.ts"
import { noticed, outgoing, type SendOptions, sentId } from "./Outgoing.ts"
import * as MemoryStores from "./MemoryStores.ts"
import { Ownership } from "./Ownership.ts"
import { type Passed, Passages } from "./Passages.ts"
import type { Passage } from "./Passages/Passage.ts"
import * as Receipts from "./Receipts.ts"
import * as Sender from "./Sender.ts"
import { type AccountStatus, waitsForPerson } from "./Status.ts"
import { Pulling } from "./Supervisor/Pulling.ts"
import { type Entry, type Page, type Query, Timeline } from "./Timeline.ts"
import { Tracing } from "./Tracing.ts"
import * as Policy from "./Turns/Policy.ts"
import { busyNotice } from "./Turns/Refusing.ts"

/** What a gateway is given: whom to keep connected, what answers, and how it is tuned. */
export interface GatewayOptions<RA, RH> {
  readonly accounts: ReadonlyArray<Account<RA>>
  readonly handler: Handler<RH>
  readonly config?: Partial<GatewayConfig>
}

/** What outlives adapters, in memory or in the store that the application chooses. */
export type Stores = Inbox | Outbox | Ownership | Timeline | ResumeStore | Budget | Stability

/** What accounts need beside what the gateway has for them. */
type Needs<R> = Exclude<Exclude<R, Scope.Scope>, Stores>

/** What a handler needs beside what the gateway has for it. */
type HandlerNeeds<R> = Exclude<Exclude<R, Downloads>, Scope.Scope>

/** Keeps accounts connected and gets answers back: one managed fiber per account, for as long as its layer lives. */
export class Gateway extends Context.Tag("holdfast/Gateway")<
  Gateway,
  {
    readonly statuses: Effect.Effect<ReadonlyArray<AccountStatus>>
    readonly status: (account: AccountId) => Effect.Effect<AccountStatus, Accounts.UnknownAccount>
    /** Every account's status now, and then whatever changes; a slow reader skips states but never misses the last. */
    readonly changes: Stream.Stream<AccountStatus>
    /** What became of an account, the newest first, as far back as is kept. */
    readonly timeline: (account: AccountId, query: Query) => Effect.Effect<Page, Accounts.UnknownAccount>
    /** Each entry of every timeline as it comes, and again when it says more. No transition is skipped. */
    readonly entries: Stream.Stream<Entry>
    /** Events and messages as they pass, from now on; a slow reader loses the oldest, and holds up nobody. */
    readonly passages: Stream.Stream<Passage>
    /** How much has passed of each account since the gateway began. */
    readonly passed: Effect.Effect<ReadonlyArray<Passed>>
    /** Disconnects an account until it is resumed; over a restart of the process too, where a store keeps the timeline. */
    readonly pause: (account: AccountId) => Effect.Effect<void, Accounts.UnknownAccount>
    /** Takes a paused or parked account up again at once; any other is left as it is. */
    readonly resume: (account: AccountId) => Effect.Effect<void, Accounts.UnknownAccount>
    /** Replaces an account's adapter by a fresh one now, whatever it was waiting for. */
    readonly restart: (account: AccountId) => Effect.Effect<void, Accounts.UnknownAccount>
    /**
     * Takes an account up. One that is known obeys the new access rule and keeps its session, unless its credential changed or
     * it is to be taken up `anew`: then it is tried at once. One that is paused stays so.
     */
    readonly add: <R>(
      account: Account<R>,
      options?: { readonly anew?: boolean }
    ) => Effect.Effect<void, never, Needs<R>>
    readonly remove: (account: AccountId) => Effect.Effect<void, Accounts.UnknownAccount>
    /**
     * Keeps a message to be said, and answers with its name; `key` names it for ever, so that saying it again changes
     * nothing. Fails at once, `Unreachable`, where a person must act before anything can be said.
     */
    readonly send: (
      conversation: Conversation,
      content: Content,
      key: string,
      options?: SendOptions
    ) => Effect.Effect<MessageId, SendError>
    /** Who may talk to each account, and how an operator lets them. */
    readonly access: Admission.Admission
    /** What became of a message that `send` was given, or of an answer: with the platform's own id once it has been said. */
    readonly receipt: (message: MessageId) => Effect.Effect<Receipts.Fate, StoreRefused>
    /** Shows, for some seconds, that an answer is being written, where the platform can show it. */
    readonly typing: (conversation: Conversation) => Effect.Effect<void>
    /** How what stands behind the handler does; nothing, where nothing there can fail by itself. */
    readonly handlers: Effect.Effect<ReadonlyArray<HandlerHealth>>
    /** Fetches what came along with a message that an account heard. */
    readonly download: (account: AccountId, attachment: Attachment) => Stream.Stream<Uint8Array, DownloadFailed>
  }
>() {
  /** The gateway over the stores of the application. Closing it drains: no new pulls, then what was begun is finished. */
  static readonly layer = <RA = never, RH = never>(
    options: GatewayOptions<RA, RH>
  ): Layer.Layer<Gateway, never, Stores | Exclude<Needs<RA> | HandlerNeeds<RH>, Scope.Scope>> =>
    Layer.scoped(Gateway, make(options))

  /** The same over stores that forget with the process. */
  static readonly layerMemory = <RA = never, RH = never>(
    options: GatewayOptions<RA, RH>
  ): Layer.Layer<Gateway, never, Exclude<Exclude<Needs<RA> | HandlerNeeds<RH>, Scope.Scope>, Stores>> =>
    Layer.provide(Gateway.layer(options), MemoryStores.layer)
}

/** A service that ought to run for ever is started again when it fails (F13, F94), and stops within a bound, whatever it runs. */
const forEver = <R>(name: string, service: Effect.Effect<unknown, never, R>): Effect.Effect<never, never, R> =>
  service.pipe(
    Effect.catchAllCause((cause) => Effect.logError(`the ${name} failed and starts again`, cause)),
    Effect.zipRight(Effect.sleep("1 second")),
    Effect.forever,
    boundedInterrupt
  )

const make = <RA, RH>(options: GatewayOptions<RA, RH>) =>
  Effect.gen(function* () {
    const config: GatewayConfig = { ...defaults, ...options.config }
    const inbox = yield* Inbox
    const outbox = yield* Outbox
    const [ownership, timeline] = [yield* Ownership, yield* Timeline]
    const stores = yield* Effect.context<Stores>()
    const pulling = new Pulling()
    const passages = yield* Passages.make
    const tracing = yield* Tracing.make

    const busy = (event: Event) =>
      config.notices === undefined
        ? []
        : noticed(
            event,
            busyNotice,
            config.notices.busy,
            accounts.capabilities(event.conversation.account) ?? boundless
          )
    const own = options.handler.turns
    const turns =
      own === undefined
        ? yield* Policy.policies[config.turns]({ outbox, notice: busy })
        : yield* Policy.chosen((event) => own(event) ?? config.turns, { outbox, notice: busy })

    const accounts: Accounts.Accounts = yield* Accounts.make({
      config,
      ownership,
      timeline,
      keep: (account) => {
        // made once: every id keeps hold of it
        const prefix = `${account}/`
        const keys = new Recurring((conversation) => `${prefix}${conversation}`)
        return (events) => {
          const items = events.map((event) => ({
            id: `${prefix}${event.id}`,
            key: keys.of(event.conversation.id),
            value: event
          }))
          const since = tracing?.now() ?? 0n
          const kept = Effect.map(inbox.offer(items), (offered) => {
            passages.heard(account, events, offered)
            tracing?.heard(account, events, offered, since)
            return offered
          })
          return turns === undefined ? kept : Effect.tap(kept, (offered) => turns.arrived(events, offered))
        }
      },
      unsettled: (account) => inbox.unsettled(account) ?? outbox.unsettled(account),
      answer: (to, ordinal, text) => {
        const room = accounts.capabilities(to.conversation.account) ?? boundless
        return Effect.map(outbox.offer(noticed(to, ordinal, text, room)), ({ repeats }) => repeats.length === 0)
      },
      passages,
      pulling,
      connected: (account) => Effect.zipRight(inbox.wake(`${account}/`), outbox.wake(`${account}/`))
    })
    const download = (account: AccountId, attachment: Attachment): Stream.Stream<Uint8Array, DownloadFailed> =>
      Stream.suspend(() => {
        const cause = "the account has no adapter now"
        return (
          accounts.adapter(account)?.download(attachment) ?? new DownloadFailed({ account, cause, retryable: true })
        )
      })

    const { capabilities, denial, maxAge } = accounts
    const sender = Sender.make({ adapter: accounts.adapter, config, passages, tracing })
    const dispatch = Dispatcher.run({
      handler: options.handler,
      capabilities,
      maxAge,
      denial,
      config,
      growth: sender.growth,
      typing: config.typing
        ? ({ anchor, conversation }) =>
            Effect.suspend(() => accounts.adapter(conversation.account)?.typing(conversation, anchor) ?? Effect.void)
        : undefined,
      turns,
      passages,
      tracing
    }).pipe(Effect.provideService(Downloads, { fetch: download }))
    const dispatcher = yield* Effect.forkScoped(forEver("dispatcher", Effect.scoped(dispatch)))
    yield* Effect.forkScoped(forEver("sender", sender.run))

    const stages: Drain.Stages = {
      pulling,
      handled: inbox.idle,
      cut: Fiber.interruptFork(dispatcher),
      said: (within) => Effect.provideService(sender.flushed(within), Outbox, outbox),
      left: Effect.all({
        events: Effect.map(inbox.depth, ({ waiting }) => waiting),
        messages: Effect.map(outbox.depth, ({ waiting }) => waiting)
      }),
      stop: accounts.stop
    }
    yield* Effect.addFinalizer(() => Drain.drain(stages, config.drainWithin))
    const add = <R>(account: Account<R>, options?: { readonly anew?: boolean }) =>
      Effect.provide(accounts.add(account, options), stores)
    yield* Effect.forEach(options.accounts, (account) => add(account), { discard: true })

    const refuse = (messageId: string, reason: "Rejected" | "Unreachable", cause: string) =>
      Effect.fail(new SendError({ messageId, reason, cause }))

    const send = Effect.fn("Gateway.send")(function* (
      conversation: Conversation,
      content: Content,
      key: string,
      options: SendOptions = {}
    ) {
      const { account } = conversation
      const id = sentId(account, key)
      const status = yield* accounts
        .status(account)
        .pipe(Effect.catchAll((unknown) => refuse(id, "Rejected", unknown.message)))
      if (waitsForPerson(status.state))
        return yield* refuse(id, "Unreachable", `${account} is ${status.state._tag.toLowerCase()}`)
      const items = outgoing(conversation, content, key, accounts.capabilities(account) ?? boundless, options)
      yield* outbox.offer(items).pipe(Effect.catchAll((refused) => refuse(id, "Unreachable", refused.message)))
      return id
    })

    return {
      statuses: accounts.statuses,
      status: accounts.status,
      changes: accounts.changes,
      timeline: (account: AccountId, query: Query) =>
        Effect.zipRight(accounts.status(account), timeline.page(account, query)),
      entries: timeline.entries,
      passages: passages.stream,
      passed: Effect.sync(() => passages.passed),
      pause: accounts.pause,
      resume: accounts.resume,
      restart: accounts.restart,
      remove: accounts.remove,
      access: Admission.make(accounts),
      add,
      send,
      receipt: Effect.fn("Gateway.receipt")((message: MessageId) => Receipts.fate(outbox, message)),
      typing: (conversation: Conversation) =>
        Effect.suspend(() => accounts.adapter(conversation.account)?.typing(conversation) ?? Effect.void),
      handlers: options.handler.health ?? Effect.succeed([]),
      download
    }
  })
