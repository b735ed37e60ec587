import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import type { Traits } from "../adapter/Platform.ts"
import { Inbox } from "../delivery/Inbox.ts"
import type * as KeyedQueue from "../delivery/KeyedQueue.ts"
import { Outbox } from "../delivery/Outbox.ts"
import type { AccountId, Conversation } from "../domain/Address.ts"
import { type Content, type MessageId, replyId } from "../domain/Message.ts"
import { boundless } from "../domain/Parts.ts"
import { Gateway } from "../gateway/Gateway.ts"
import type { HandlerHealth } from "../handler/Handler.ts"
import { outgoing, type SendOptions, sentId } from "../gateway/Outgoing.ts"
import * as Receipts from "../gateway/Receipts.ts"
import type { AccountStatus } from "../gateway/Status.ts"
import * as Access from "./Access.ts"
import type { Depth, Depths, Process, Sending } from "./Api.ts"
import type { Difference } from "./Api/Accounts.ts"
import { BadConfiguration, type BadConversation, NotSent } from "./Api/Failure.ts"
import * as Commands from "./Commands.ts"
import { conversationOf, traitsOf } from "./Conversations.ts"
import * as DeadLetters from "./DeadLetters.ts"
import type { Sources } from "./Live.ts"
import type { Shelves } from "./Shelves.ts"

/** What the control of a gateway is told of what is around it. */
export interface ControlOptions {
  readonly process: Process
  readonly platforms: ReadonlyArray<Traits>
  /** Reads what the process is told from outside anew; where this is left out, that is fixed. */
  readonly reload?: Effect.Effect<Difference, BadConfiguration>
  /** Reads it anew, and takes up of it this account alone. */
  readonly add?: (account: AccountId) => Effect.Effect<Difference, BadConfiguration>
}

/** Keeps a message to be said. */
type Say = (
  conversation: Conversation,
  content: Content,
  key: string,
  options: SendOptions
) => Effect.Effect<MessageId, NotSent>

/** What an operator can see of a gateway and do with it, wherever they are. */
export class Control extends Context.Tag("holdfast/http/Control")<
  Control,
  {
    readonly process: Process
    /** The status of every account that this process sees to. */
    readonly statuses: Effect.Effect<ReadonlyArray<AccountStatus>>
    readonly accounts: Commands.Commands
    /** How what stands behind the handlers does. */
    readonly handlers: Effect.Effect<ReadonlyArray<HandlerHealth>>
    readonly access: Access.Access
    /** Has the accounts be those of the configuration as it is now; those that it leaves as they are keep their sessions. */
    readonly reload: Effect.Effect<Difference, BadConfiguration>
    /** Has one account be as the configuration now says, and leaves all others as they are. */
    readonly add: (account: AccountId) => Effect.Effect<Difference, BadConfiguration>
    /** What is kept of every account, by name; of those that are seen to also where that is nothing. */
    readonly depths: Effect.Effect<ReadonlyArray<Depths>, KeyedQueue.StoreRefused>
    readonly dead: DeadLetters.DeadLetters
    /** What changes, as it happens. */
    readonly sources: Sources
    /** Keeps a message to be said, and gives its name; the same key twice says it once. */
    readonly send: (sending: Sending) => Effect.Effect<MessageId, BadConversation | NotSent>
    /** What became of a message. */
    readonly fate: (message: MessageId) => Effect.Effect<Receipts.Fate, KeyedQueue.StoreRefused>
  }
>() {
  /** Over a gateway that runs, and the queues that it works on. */
  static readonly layer = (options: ControlOptions): Layer.Layer<Control, never, Gateway | Inbox | Outbox> =>
    Layer.effect(
      Control,
      Effect.gen(function* () {
        const gateway = yield* Gateway
        const shelves = { inbox: yield* Inbox, outbox: yield* Outbox }
        return make(options, shelves, {
          accounts: Commands.of(gateway),
          access: Access.of(options.platforms, gateway.access),
          gateway,
          say: (...message) => Effect.mapError(gateway.send(...message), NotSent.of)
        })
      })
    )

  /** Over queues that nobody works on: what is sent waits for the gateway that comes. */
  static readonly layerStopped = (options: ControlOptions, shelves: Shelves): Layer.Layer<Control> =>
    Layer.succeed(
      Control,
      make(options, shelves, {
        accounts: Commands.none,
        access: Access.none,
        gateway: still,
        say: sayLater(options.platforms, shelves.outbox)
      })
    )
}

const sayLater =
  (platforms: ReadonlyArray<Traits>, outbox: Shelves["outbox"]): Say =>
  (conversation, content, key, options) => {
    const { account } = conversation
    const id = sentId(account, key)
    const room = traitsOf(platforms, account)?.capabilities ?? boundless
    return outbox.offer(outgoing(conversation, content, key, room, options)).pipe(
      Effect.mapBoth({
        onSuccess: () => id,
        onFailure: ({ message }) =>
          new NotSent({ id, reason: "Unreachable", message: `it was not kept, and will not be said: ${message}` })
      })
    )
  }

/** What differs between a gateway that runs and one that does not. */
interface Seen {
  readonly accounts: Commands.Commands
  readonly access: Access.Access
  readonly gateway: Omit<Sources, "access" | "depths">
  readonly say: Say
}

/** Nothing happens where no gateway runs. */
const still: Omit<Sources, "access" | "depths"> = {
  statuses: Effect.succeed([]),
  changes: Stream.never,
  entries: Stream.never,
  passages: Stream.never,
  passed: Effect.succeed([]),
  handlers: Effect.succeed([])
}

const fixed = Effect.fail(BadConfiguration.of(["this process has no configuration that could be read again"]))

const none: KeyedQueue.Depth = { waiting: 0, dead: 0, oldest: undefined }

const depthOf = ({ dead, oldest, waiting }: KeyedQueue.Depth = none): Depth =>
  oldest === undefined ? { waiting, dead } : { waiting, dead, oldest }

/** A key for a message that nobody will want to say again. */
const freshKey = Effect.all([Clock.currentTimeMillis, Random.nextIntBetween(0, 2 ** 32)]).pipe(
  Effect.map(([now, chance]) => `sent-${now.toString(36)}-${chance.toString(36)}`)
)

const make = (
  { add = () => fixed, platforms, process, reload = fixed }: ControlOptions,
  { inbox, outbox }: Shelves,
  { access, accounts, gateway, say }: Seen
): Context.Tag.Service<Control> => {
  const { statuses } = gateway
  const depths = Effect.gen(function* () {
    const [heard, unsaid] = yield* Effect.all([inbox.depths, outbox.depths])
    const seen: ReadonlyArray<string> = Array.from(yield* statuses, ({ account }) => account)
    return [...new Set([...seen, ...heard.keys(), ...unsaid.keys()])]
      .sort()
      .map((account) => ({ account, inbox: depthOf(heard.get(account)), outbox: depthOf(unsaid.get(account)) }))
  })
  return {
    process,
    statuses,
    accounts,
    handlers: gateway.handlers,
    access,
    reload,
    add,
    depths,
    sources: { ...gateway, access: access.list, depths: Effect.orElseSucceed(depths, () => undefined) },
    dead: DeadLetters.make({ inbox, outbox }),
    fate: (message) => Receipts.fate(outbox, message),
    send: Effect.fn("Control.send")(function* ({ conversation: written, format, key, replyTo, text }: Sending) {
      const conversation = yield* conversationOf(platforms, written)
      const own = replyTo === undefined ? yield* freshKey : replyId(replyTo.event, replyTo.ordinal)
      return yield* say(conversation, { text, format }, key ?? own, replyTo === undefined ? {} : { replyTo })
    })
  }
}
