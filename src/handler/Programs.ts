import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"

/** A program to start: a file, found by `PATH` where it has no slash, and arguments that nothing else is made of. */
export interface Command {
  readonly file: string
  readonly args: ReadonlyArray<string>
}

/** How a program ended: by its own word, or by a signal. */
export type End =
  | { readonly _tag: "Exited"; readonly code: number }
  | { readonly _tag: "Killed"; readonly signal: string }

/** A program could not be started. */
export class NotStarted extends Schema.TaggedError<NotStarted>()("NotStarted", {
  /** what is wrong, in words */
  cause: Schema.String
}) {
  override get message(): string {
    return this.cause
  }
}

/** A program that was started. */
export interface Running {
  /** What it writes, no faster than it is pulled: until it is, the program waits. */
  readonly stdout: Stream.Stream<Uint8Array>
  readonly stderr: Stream.Stream<Uint8Array>
  /** Gives it these bytes once it has taken those before them; `false` when it takes no more. */
  readonly write: (bytes: Uint8Array) => Effect.Effect<boolean>
  /** It is given nothing more. */
  readonly close: Effect.Effect<void>
  /** Waits for the program itself, not for what it started. */
  readonly end: Effect.Effect<End>
}

/** The programs of the machine. */
export class Programs extends Context.Tag("holdfast/Programs")<
  Programs,
  {
    /**
     * Starts a program in a group of its own, for as long as the scope lasts: then all of the group is asked to end, and ended
     * where it does not soon. It sees `environment`, and of ours only what every program needs, such as `PATH`.
     */
    readonly start: (
      command: Command,
      environment: Readonly<Record<string, string>>
    ) => Effect.Effect<Running, NotStarted, Scope.Scope>
  }
>() {}
