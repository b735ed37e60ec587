import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { SendError } from "../adapter/AdapterError.ts"
import type { Account } from "../adapter/Platform.ts"
import { AccountId, type Conversation } from "../domain/Address.ts"
import type { Content, MessageId } from "../domain/Message.ts"
import type { Handler } from "../handler/Handler.ts"
import type { GatewayConfig } from "./GatewayConfig.ts"
import type { AccountStatus } from "./Status.ts"

/** The gateway has no account of that name. */
export class UnknownAccount extends Schema.TaggedError<UnknownAccount>()("UnknownAccount", { account: AccountId }) {
  override get message(): string {
    return `there is no account ${this.account}`
  }
}

/** Keeps accounts connected and gets answers back: one managed fiber per account, for as long as its layer lives. */
export class Gateway extends Context.Tag("holdfast/Gateway")<
  Gateway,
  {
    readonly statuses: Effect.Effect<ReadonlyArray<AccountStatus>>
    readonly status: (account: AccountId) => Effect.Effect<AccountStatus, UnknownAccount>
    /** Every account's status now, and then whatever changes; a slow reader skips states but never misses the last. */
    readonly changes: Stream.Stream<AccountStatus>
    /** Disconnects an account until it is resumed. */
    readonly pause: (account: AccountId) => Effect.Effect<void, UnknownAccount>
    readonly resume: (account: AccountId) => Effect.Effect<void, UnknownAccount>
    /** Replaces an account's adapter by a fresh one now, whatever it was waiting for. */
    readonly restart: (account: AccountId) => Effect.Effect<void, UnknownAccount>
    /** Takes an account up. One that is known keeps its session, unless its credential changed: then it is tried at once. */
    readonly add: <R>(account: Account<R>) => Effect.Effect<void, never, Exclude<R, Scope.Scope>>
    readonly remove: (account: AccountId) => Effect.Effect<void, UnknownAccount>
    /** Keeps a message to be said; `key` names it for ever, so that saying it again changes nothing. */
    readonly send: (conversation: Conversation, content: Content, key: string) => Effect.Effect<MessageId, SendError>
  }
>() {}

export interface GatewayOptions<RA, RH> {
  readonly accounts: ReadonlyArray<Account<RA>>
  readonly handler: Handler<RH>
  readonly config?: Partial<GatewayConfig>
}

export type GatewayLayer = <RA, RH>(
  options: GatewayOptions<RA, RH>
) => Layer.Layer<Gateway, never, Exclude<RA, Scope.Scope> | RH>
