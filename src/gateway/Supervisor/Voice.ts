import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AccountStatus } from "../Status.ts"
import * as StatusLine from "../StatusLine.ts"

type Log = typeof Effect.logInfo

/** An account is not well. */
interface Outage {
  /** Unix milliseconds */
  readonly since: number
  /** what it began with */
  readonly cause: string | undefined
  /** what has been said of it */
  readonly told: Set<string>
  attempts: number
}

/** What the outage was, where there was more of it than the line before has said. */
const summary = ({ attempts, cause }: Outage): string =>
  attempts > 1 ? `; it took ${attempts} attempts, and began with: ${cause ?? "nothing that is known"}` : ""

/**
 * What the log says of one account: what an outage begins with, each new turn that it takes, and at its end what it was.
 * Tries that only come to nothing again are said at the level of debugging.
 */
export class Voice {
  #outage: Outage | undefined

  /** What was tried came to nothing, and this follows; `why` tells turns apart that lead into the same state. */
  lost(status: AccountStatus, log: Log, why = ""): Effect.Effect<void> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const outage = (this.#outage ??= { since: now, cause: status.cause, told: new Set(), attempts: 0 })
      const turn = `${status.state._tag} ${status.flapping} ${why}`
      const news = !outage.told.has(turn)
      outage.told.add(turn)
      outage.attempts += 1
      return (news ? log : Effect.logDebug)(StatusLine.down(status, now))
    })
  }

  /** The account is connected; where its sessions keep dying young that is no end yet. */
  found(before: AccountStatus, status: AccountStatus, resumed: boolean): Effect.Effect<void> {
    return Effect.suspend(() => {
      const line = StatusLine.up(before, status, resumed)
      const outage = this.#outage
      if (outage === undefined) return Effect.logInfo(line)
      if (status.flapping) return Effect.logDebug(line)
      this.#outage = undefined
      return Effect.logInfo(`${line}${summary(outage)}`)
    })
  }

  /** The connection has lasted. */
  lasted({ self }: AccountStatus): Effect.Effect<void> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const outage = this.#outage
      if (outage === undefined) return Effect.void
      this.#outage = undefined
      const name = self?.name ?? self?.id ?? "unknown"
      const span = StatusLine.span(now - outage.since)
      return Effect.logInfo(`connected as ${name} and stable again after ${span}${summary(outage)}`)
    })
  }

  /** A person, or the end of the gateway, has decided: what was before is over. */
  decided(status: AccountStatus): Effect.Effect<void> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      this.#outage = undefined
      return status.state._tag === "Paused" ? Effect.logInfo(StatusLine.down(status, now)) : Effect.void
    })
  }
}
