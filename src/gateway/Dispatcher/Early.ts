import * as Arrays from "effect/Array"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Item } from "../../delivery/KeyedQueue.ts"
import { Outbox } from "../../delivery/Outbox.ts"
import type { Message } from "../../domain/Message.ts"
import type { Growth } from "../Sender/Growth.ts"
import type { Turn } from "./Turn.ts"

/** How long a reply may wait for others, or for its handler's end, to be kept together with it. */
const gather = Duration.millis(2)

/** How long a reply that the store refused waits before it is offered again; it is at the latest when its handler ends. */
const refusedPause = Duration.seconds(1)

/** Keeps what handlers say before they end. */
export interface Early {
  /** What this turn has said is kept soon, and what grows of it is shown. */
  readonly keep: (turn: Turn) => void
  /** Its handler failed, and runs again: what it has said, and is not kept yet, is settled with a later run at the latest. */
  readonly leave: (turn: Turn) => void
  /**
   * Its event is done: what is settled with that. Where it is `cut` off, and an earlier run was seen to get further, that
   * stays as it was seen.
   */
  readonly end: (turn: Turn, cut: boolean) => ReadonlyArray<Item<Message>>
  /**
   * Its event is given up. What people have seen part of, in this run of the handler or in one before, is as it is: the
   * messages that say so, and whatever else `turn` has said that is not kept yet.
   */
  readonly giveUp: (event: string, turn?: Turn) => ReadonlyArray<Item<Message>>
  /** It was broken off, and its handler runs for this event no more: what it has said is kept, if the store takes it. */
  readonly breakOff: (turn: Turn) => Effect.Effect<void>
}

/** A draft is settled by nothing but the run that shows it. */
const isWhole = ({ value }: Item<Message>): boolean => value.grows !== true

export const make = (growth: Growth): Effect.Effect<Early, never, Outbox | Scope.Scope> =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const waiting = new Set<Turn>()
    /** by event, the run of its handler that goes on and has shown part of a reply */
    const shown = new Map<string, Turn>()
    /** by event, the run that got furthest of those that failed, if people have seen part of it or something of it is not kept */
    const before = new Map<string, Turn>()
    const some = yield* Effect.makeLatch(false)
    const scope = yield* Effect.scope

    const show = (turn: Turn) =>
      Effect.suspend(() => {
        const draft = turn.left ? undefined : turn.draft()
        if (draft === undefined) return Effect.void
        shown.set(turn.id, turn)
        return growth.begin(draft)
      })

    const askAgain = (turns: ReadonlyArray<Turn>) =>
      Effect.suspend(() => {
        for (const turn of turns) if (!turn.over) waiting.add(turn)
        return some.open
      })

    const keepTogether = (turns: ReadonlyArray<Turn>) =>
      Effect.gen(function* () {
        yield* Effect.forEach(turns, show, { discard: true })
        const counts = turns.map(({ unkept }) => unkept.length)
        yield* outbox.offer(turns.flatMap(({ unkept }) => unkept)).pipe(
          Effect.tap(() => Effect.sync(() => turns.forEach(({ unkept }, index) => unkept.splice(0, counts[index])))),
          Effect.catchTag("StoreRefused", () => Effect.forkIn(Effect.delay(askAgain(turns), refusedPause), scope)),
          // which of them it is that cannot be kept is found out where its handler ends
          Effect.catchAllDefect((defect) => Effect.logWarning("what handlers said is not kept before they end", defect))
        )
      })

    /** Each account's in one commit, so that one that is full holds up no other. */
    const keepAll = Effect.suspend(() => {
      const accounts = Object.values(Arrays.groupBy(waiting, ({ event }) => event.conversation.account))
      waiting.clear()
      some.unsafeClose()
      return Effect.forEach(accounts, keepTogether, { discard: true })
    })
    yield* Effect.forkScoped(
      Effect.forever(Effect.zipRight(Effect.zipRight(some.await, Effect.sleep(gather)), keepAll))
    )

    const forget = (turn: Turn) => {
      turn.over = true
      waiting.delete(turn)
    }

    /** What is left of these, of which there will be no more. */
    const settled = (event: string, turn: Turn | undefined, last: Turn | undefined): ReadonlyArray<Item<Message>> => {
      if (shown.size > 0) shown.delete(event)
      if (turn !== undefined) forget(turn)
      if (last === undefined) return turn?.unkept ?? []
      before.delete(event)
      forget(last)
      return [...(turn?.unkept ?? []), ...last.unkept.filter(isWhole)]
    }

    return {
      keep: (turn) => {
        if (turn.over || !turn.isUnkept) return
        waiting.add(turn)
        some.unsafeOpen()
      },
      leave: (turn) => {
        turn.leave()
        turn.left = true
        const last = before.get(turn.id)
        shown.delete(turn.id)
        if (!turn.isShown && turn.unkept.length === 0) return forget(turn)
        if (last === undefined) return void before.set(turn.id, turn)
        const [further, other] = turn.isAsFarAs(last) ? [turn, last] : [last, turn]
        further.unkept.push(...other.unkept.filter(isWhole))
        forget(other)
        before.set(turn.id, further)
      },
      end: (turn, cut) => {
        if (!cut) turn.close()
        const last = before.get(turn.id)
        if (last?.isShown && last.isAsFarAs(turn)) last.close()
        else turn.close()
        return settled(turn.id, turn, last)
      },
      giveUp: (event, given) => {
        const [last, turn] = [before.get(event), given ?? shown.get(event)]
        if (last?.isShown && (turn === undefined || last.isAsFarAs(turn))) last.close()
        else if (turn?.isShown) turn.close()
        return settled(event, turn, last)
      },
      breakOff: (turn) =>
        Effect.suspend(() => {
          turn.close()
          shown.delete(turn.id)
          forget(turn)
          return Effect.ignore(outbox.offer(turn.unkept))
        })
    }
  })
