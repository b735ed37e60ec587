import { type Chunk, Context, Data, type Effect, type Scope } from "effect"

/** Nothing more comes by this wire, or it never came to be. */
export class Gone extends Data.TaggedError("Gone")<{ readonly cause: string }> {}

/** A line of communication that carries lines of text. */
export interface Wire {
  /** Those that came since they were last taken, at least one. */
  readonly take: Effect.Effect<Chunk.Chunk<string>, Gone>
  /** Whether it left. */
  readonly write: (line: string) => boolean
}

/** How a bot reaches the platform; the wire ends with the scope. */
export class Dial extends Context.Tag("lines/Dial")<Dial, Effect.Effect<Wire, Gone, Scope.Scope>>() {}
