import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { constVoid } from "effect/Function"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { before } from "../../adapter/Deadline.ts"
import { Outbox } from "../../delivery/Outbox.ts"
import type { Message, MessageId, Receipt } from "../../domain/Message.ts"
import * as Receipts from "../Receipts.ts"
import type { Growing } from "./Growing.ts"

/** The longest that one showing may take; what replaces the draft waits for it. */
const showWithin = Duration.seconds(5)

/** How long a draft that has grown waits to be shown: often it is whole by then. Milliseconds. */
const gather = 50

/** A process that is so late with its own timers has better things to do: so many times as long as that nothing is shown anew. */
const rest = 20

/**
 * Shows drafts anew as they grow: one showing of a draft at a time, the next no sooner than its span after the last, and
 * only once it was said itself. What cannot be shown is left out, for there will be more, and what replaces it is said anyway.
 */
export interface Growth {
  /** Shows a draft anew until it ends, or the scope does. */
  readonly begin: (draft: Growing) => Effect.Effect<void, never, Outbox | Scope.Scope>
  /** A draft was said. */
  readonly said: (receipt: Receipt) => void
  /** Succeeds when this draft is not shown any more, and will not be. */
  readonly end: (draft: MessageId) => Effect.Effect<void>
}

/** Waits to see what gathers, and answers how many milliseconds too long that took. */
const gathered = Effect.clockWith((clock) => {
  const due = Number(clock.unsafeCurrentTimeNanos()) / 1e6 + gather
  return Effect.map(Effect.sleep(gather), () => Math.max(0, Number(clock.unsafeCurrentTimeNanos()) / 1e6 - due))
})

/** What a draft is called on its platform, where it was said before, perhaps by an earlier process, and is not whole yet. */
const saidBefore = ({ message, whole }: Growing) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const fate = yield* Receipts.fate(outbox, message.id)
    // a handler that runs again says the beginning of what an earlier run has said whole
    const isWhole = fate._tag === "Sent" && (yield* outbox.fate(whole))._tag !== "Unknown"
    return fate._tag === "Sent" && !isWhole ? Option.some(fate.receipt) : Option.none()
  }).pipe(Effect.catchTag("StoreRefused", () => Effect.succeedNone))

/** `show` shows a message as it is now in the place of the one that it `edits`; best effort. */
export const make = (show: (message: Message) => Effect.Effect<void>): Growth => {
  const drafts = new Map<MessageId, Growing>()

  // what is on its way may arrive, so nobody goes on before it has
  const shown = (message: Message) =>
    Effect.uninterruptible(Effect.ignore(before(showWithin, constVoid)(Effect.interruptible(show(message)))))

  const live = (draft: Growing) =>
    Effect.gen(function* () {
      const { content, every, grew, message, receipt } = draft
      const soon = yield* Effect.timeoutOption(Deferred.await(receipt), every)
      const known = Option.isSome(soon) ? soon : yield* saidBefore(draft)
      const { platformId: edits } = Option.isSome(known) ? known.value : yield* Deferred.await(receipt)
      // what has no name cannot be changed
      if (edits === "") return
      let last = message.content.text
      let pause = every
      for (;;) {
        yield* Effect.sleep(pause)
        yield* grew.await
        pause = Duration.max(every, Duration.millis(rest * (yield* gathered)))
        grew.unsafeClose()
        const now = content()
        if (now.text === last) continue
        last = now.text
        yield* shown({ ...message, content: now, edits })
      }
    })

  return {
    begin: (draft) =>
      Effect.gen(function* () {
        const { id } = draft.message
        const before = drafts.get(id)?.fiber
        const life = before === undefined ? live(draft) : Effect.zipRight(Fiber.interrupt(before), live(draft))
        const fiber = yield* Effect.forkScoped(life)
        draft.fiber = fiber
        drafts.set(id, draft)
        fiber.addObserver(() => void (drafts.get(id) === draft && drafts.delete(id)))
        if (draft.ended) draft.end()
      }),
    said: (receipt) => {
      const draft = drafts.get(receipt.message)
      if (draft !== undefined) Deferred.unsafeDone(draft.receipt, Effect.succeed(receipt))
    },
    end: (id) =>
      Effect.suspend(() => {
        const fiber = drafts.get(id)?.fiber
        return fiber === undefined ? Effect.void : Effect.asVoid(Fiber.interrupt(fiber))
      })
  }
}
