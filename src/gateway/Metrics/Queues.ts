import { gauge } from "../../adapter/MetricFamily.ts"
import type { Depth } from "../../delivery/KeyedQueue.ts"

const waiting = gauge("queue_waiting", "what is kept and not yet settled", "account", "queue")
const oldest = gauge(
  "queue_oldest_seconds",
  "how old the oldest of the waiting is; 0 when nothing waits",
  "account",
  "queue"
)
const dead = gauge("queue_dead", "what was put aside and waits for a person", "account", "queue")

export const families = [waiting, oldest, dead] as const

const none: Depth = { waiting: 0, dead: 0, oldest: undefined }

/** Says of one queue how much of each account it keeps, as of `now` (Unix milliseconds). */
export const sample = (
  queue: "inbox" | "outbox",
  accounts: ReadonlyArray<string>,
  depths: ReadonlyMap<string, Depth>,
  now: number
): void => {
  for (const account of accounts) {
    const depth = depths.get(account) ?? none
    waiting.of(account, queue).unsafeUpdate(depth.waiting, [])
    dead.of(account, queue).unsafeUpdate(depth.dead, [])
    oldest.of(account, queue).unsafeUpdate(depth.oldest === undefined ? 0 : (now - depth.oldest) / 1000, [])
  }
}
