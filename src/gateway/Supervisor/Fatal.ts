import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { AdapterFatal } from "../../adapter/AdapterError.ts"
import type { LeaseLost } from "../../delivery/Lease.ts"
import type { AccountId } from "../../domain/Address.ts"
import { askedAgain } from "./UntilOwned.ts"

const ours = (account: AccountId, reason: AdapterFatal["reason"], lastCause: string, remedy: string): AdapterFatal =>
  new AdapterFatal({ account, reason, retryable: true, attempts: 0, lastCause, remedy })

/** The adapter did not do in time what it owed. */
export const unresponsive = (account: AccountId, cause: string): AdapterFatal =>
  ours(account, "Unresponsive", cause, "None needed: the gateway opens a fresh adapter.")

/** Another process has the account: it is asked for again when that one has had the time to use it. */
export const taken = (account: AccountId, { cause }: LeaseLost): AdapterFatal =>
  new AdapterFatal({
    account,
    reason: "Conflict",
    retryable: true,
    attempts: 0,
    lastCause: cause,
    remedy: "Stop one of the two, or leave the account to the other one: it is taken over when that one lets go of it.",
    retryAfter: Duration.toMillis(askedAgain)
  })

/** What an adapter's end comes to: its own last word, or ours where it had none. */
export const ofExit = (account: AccountId, exit: Exit.Exit<void, AdapterFatal>): AdapterFatal => {
  const mistake = (reason: "Ended" | "Defect", cause: string) =>
    ours(
      account,
      reason,
      cause,
      "This is a mistake in the adapter: please report it. The gateway opens a fresh adapter meanwhile."
    )
  if (Exit.isSuccess(exit)) return mistake("Ended", "the listen stream ended, which it must never do")
  return Option.getOrElse(Cause.failureOption(exit.cause), () =>
    mistake("Defect", Cause.pretty(exit.cause).split("\n", 1)[0] ?? "unknown defect")
  )
}
