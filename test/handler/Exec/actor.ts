import { Deferred, Effect, Layer, Mailbox } from "effect"
import { type End, NotStarted, Programs, type Running } from "../../../src/handler/Programs.ts"

/** A life of a program that does what a test says. */
export interface Life {
  /** the lines that it was given, read as JSON */
  readonly given: Array<{
    readonly id?: number
    readonly cancel?: boolean
    readonly fetched?: number
    readonly base64?: string
    readonly error?: string
    readonly event?: { readonly text?: string }
  }>
  readonly writes: (text: string) => Effect.Effect<void>
  readonly says: (line: object) => Effect.Effect<void>
  readonly complains: (text: string) => Effect.Effect<void>
  readonly ends: (end: End) => Effect.Effect<void>
  /** its scope has closed */
  over: boolean
}

/** Programs that a test plays, one life after the other; as long as `missing` is true, none can be started. */
export const make = Effect.sync(() => {
  const lives: Array<Life> = []
  const stage = { missing: false, deaf: false }
  const bytes = (text: string) => new TextEncoder().encode(text)

  const start = Effect.gen(function* () {
    if (stage.missing) return yield* new NotStarted({ cause: "there is no program bot" })
    const [out, log] = [yield* Mailbox.make<Uint8Array>(), yield* Mailbox.make<Uint8Array>()]
    const ended = yield* Deferred.make<End>()
    const life: Life = {
      given: [],
      writes: (text) => out.offer(bytes(text)),
      says: (line) => out.offer(bytes(`${JSON.stringify(line)}\n`)),
      complains: (text) => log.offer(bytes(text)),
      ends: (end) => Effect.zipRight(Effect.all([out.end, log.end]), Deferred.succeed(ended, end)),
      over: false
    }
    lives.push(life)
    yield* Effect.addFinalizer(() => Effect.sync(() => (life.over = true)))
    const running: Running = {
      stdout: Mailbox.toStream(out),
      stderr: Mailbox.toStream(log),
      write: (bytes) =>
        stage.deaf
          ? Effect.never
          : Effect.sync(() => {
              life.given.push(JSON.parse(new TextDecoder().decode(bytes)))
              return true
            }),
      close: Effect.void,
      end: Deferred.await(ended)
    }
    return running
  })
  return { lives, stage, layer: Layer.succeed(Programs, { start: () => start }) }
})
