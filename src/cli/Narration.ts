import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AccountStatus } from "../gateway/Status.ts"
import * as StatusLine from "../gateway/StatusLine.ts"
import type { About, Terminal } from "./Terminal.ts"

/** States that pass by themselves, and say nothing that the state before them has not said. */
const passing: ReadonlySet<AccountStatus["state"]["_tag"]> = new Set(["Connecting", "Stopping", "Stopped"])

/** What a person wants to hear of this change; undefined when that is nothing. */
const line = (before: AccountStatus | undefined, after: AccountStatus, now: number): string | undefined => {
  const was = before?.state._tag
  if (after.state._tag === "Connected") {
    if (before === undefined || was === "Connected") return undefined
    const resumed = before.lastLife !== undefined && before.gaps.at(-1) === after.gaps.at(-1)
    return StatusLine.up(before, after, resumed)
  }
  return passing.has(after.state._tag) ? undefined : StatusLine.down(after, now)
}

const about = (status: AccountStatus): About => ({ account: status.account, detail: status })

/** Shows what becomes of the accounts, as it happens. */
export const narrate = (changes: Stream.Stream<AccountStatus>, terminal: Terminal): Effect.Effect<void> =>
  Effect.suspend(() => {
    const seen = new Map<string, AccountStatus>()
    return Stream.runForEach(changes, (status) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const text = line(seen.get(status.account), status, now)
        seen.set(status.account, status)
        return text === undefined ? Effect.void : terminal.show("gateway", text, about(status))
      })
    )
  })

const count = (many: number, what: string): string => `${many === 0 ? "no" : many} ${what}${many === 1 ? "" : "s"}`

/** Shows where an account stands. */
export const tell = (status: AccountStatus, terminal: Terminal): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const state = status.state._tag.replace(/(?<=[a-z])(?=[A-Z])/, "-").toLowerCase()
    const text = [
      `has been ${state} for ${StatusLine.span(now - status.since)}`,
      ...(status.state._tag !== "Connected" ? [StatusLine.down(status, now)] : status.flapping ? ["flapping"] : []),
      `adapter ${status.generation}, ${count(status.attempts, "failed attempt")}, ${count(status.gaps.length, "gap")}`
    ].join("; ")
    return terminal.show("gateway", text, about(status))
  })
