import type * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { AccountId, ConversationKind } from "../domain/Address.ts"
import type { AccessRule } from "./AccessRule.ts"
import type { Adapter } from "./Adapter.ts"
import type { AdapterFatal } from "./AdapterError.ts"
import type { Capabilities } from "./Capabilities.ts"

export type { AccessRule } from "./AccessRule.ts"

/** What identifies an account to its platform: `key` names it without its secret and keys what must outlive adapters. */
export interface Credential {
  readonly key: string
  readonly secret: Redacted.Redacted
}

/** One bot identity and how to bring it to life: what the gateway supervises. */
export interface Account<R> {
  readonly id: AccountId
  readonly credential: Credential
  readonly access: AccessRule
  /** what happened longer ago than this when its turn comes is put aside, not handled; nothing is, if left out */
  readonly maxAge?: Duration.Duration | undefined
  /** what its adapters can do, for what is to be said before there is one; that is kept whole where it is left out */
  readonly capabilities?: Capabilities | undefined
  /** A fresh adapter; what outlives a line lives in the scope. */
  readonly open: Effect.Effect<Adapter, AdapterFatal, R | Scope.Scope>
}

/** What a platform says of an account when it is asked, for a person who sets it up. */
export interface Inspection {
  readonly account: AccountId
  /** what is as it should be */
  readonly good: ReadonlyArray<string>
  /** what works, and perhaps not as it is meant */
  readonly doubts: ReadonlyArray<string>
  /** what does not work, what to do about it, and whether that is a matter of settings */
  readonly problem?: { readonly text: string; readonly remedy: string; readonly configuration: boolean }
}

/** Where something can be said on a platform, as the ids of its conversations tell. */
export interface Places {
  /** What kind of conversation an id names; undefined where nothing can be said. */
  readonly kindOf: (id: string) => ConversationKind | undefined
  /** how such ids are written, for whoever wrote another */
  readonly written: string
}

/** What is known of a platform without any adapter of its. */
export interface Traits {
  readonly name: string
  readonly places: Places
  readonly capabilities: Capabilities
}

/** A recipe: how a platform's accounts are configured, and how one becomes an account of the gateway. */
export interface Platform<C, R> extends Traits {
  /** The accounts that the environment describes; none when nothing is set. */
  readonly accounts: Effect.Effect<ReadonlyArray<C>, ConfigError.ConfigError>
  readonly account: (config: C) => Account<R>
  /** Asks the platform who the account is and what it may do, without disturbing anybody who is connected as it. */
  readonly inspect: (config: C) => Effect.Effect<Inspection, never, HttpClient.HttpClient>
}
