import type { Duration, Effect, Scope } from "effect"
import type { AdapterFatal } from "../../src/adapter/AdapterError.ts"
import type { ListenOptions } from "../../src/adapter/Connection.ts"
import type { Account } from "../../src/adapter/Platform.ts"
import type { Post, Recorded, Served, Simulator } from "../../src/adapter/Simulator.ts"
import type * as QQ from "../../src/platforms/qq/Adapter.ts"
import type * as Telegram from "../../src/platforms/telegram/Adapter.ts"

/** What the accounts of any platform need of the world. */
export type Requirements = QQ.Requirements | Telegram.Requirements

/** What bots are called in stories; a platform gives each an id of its own. */
export type Name = "main" | "good" | "bad"

/** Any platform's other end. */
export interface Simulation extends Simulator, Served {}

/** What may be said of an account on any platform. */
export interface Described {
  readonly listen?: ListenOptions | undefined
}

/** Why a bot is turned away so that a person must act. */
export interface Verdict {
  /** what a story calls it */
  readonly what: string
  readonly reason: AdapterFatal["reason"]
  /** some of the words that say what to do */
  readonly remedy: string
}

/** What goes wrong on every platform, on each in its own way; `heal` ends it. */
export interface Troubles {
  /** the line that stands is ended, and every other is refused */
  readonly refuses: Effect.Effect<void>
  /** the same, with the wish to be left alone for a while */
  readonly limits: Effect.Effect<void>
  /** the line that stands is ended, and every other so many milliseconds after it was taken */
  readonly kicks: (after: number) => Effect.Effect<void>
  /** the bot, or every one, is turned away, and what it has is ended */
  readonly condemns: (verdict: Verdict, bot?: Name) => Effect.Effect<void>
}

export interface Simulated<S> {
  readonly simulator: S
  readonly troubles: Troubles
}

/** One platform as stories meet it: `S` its simulator, `O` that one's options, `C` how its accounts are configured. */
export interface Row<S extends Simulation, O, C> {
  readonly platform: string
  /** what its servers are called */
  readonly hosts: ReadonlyArray<string>
  readonly simulate: (
    bots: ReadonlyArray<Name>,
    post: Post,
    options?: Partial<O>
  ) => Effect.Effect<Simulated<S>, never, Scope.Scope>
  /** The same with everything that takes time as short as it may be, for a clock that cannot jump. */
  readonly hasten: (post: Post) => Effect.Effect<Simulated<S>, never, Scope.Scope>
  /** The platform's own id of a bot. */
  readonly id: (bot: Name) => string
  readonly account: (bot: Name, changes?: Partial<C>) => Account<Requirements>
  /** The account of a bot, with a secret that is not the bot's. */
  readonly mistaken: (bot: Name) => Account<Requirements>
  /** The account of `main` on a `hasten`ed platform that is served at `url`. */
  readonly near: (url: string, listen: ListenOptions, changes?: Partial<C>) => Account<Requirements>
  /** where a person talks to a bot, with nobody else; digits after it make another such place */
  readonly conversation: string
  /** Whether a line in this state brings what people say. */
  readonly receives: (state: string) => boolean
  /** the longest that status may go on saying `Connected` with no line behind it */
  readonly believed: Duration.Duration
  /** When lines were asked for. */
  readonly tries: (record: ReadonlyArray<Recorded>) => ReadonlyArray<number>
  /** a part of the path of what is asked before there is a line, and of what says something */
  readonly paths: { readonly first: string; readonly send: string }
  /** what the steps and troubles are called here, and the setting that holds an account's secret */
  readonly words: Readonly<Record<"first" | "upgrade" | "refuses" | "limits" | "secret", string>>
  readonly verdicts: readonly [Verdict, ...ReadonlyArray<Verdict>]
}
