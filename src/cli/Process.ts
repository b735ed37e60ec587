import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"

/** What the program's exit tells the one who started it. */
export const codes = {
  /** it did what it was asked, or was asked to stop */
  done: 0,
  failed: 1,
  /** an account is not connected, and nobody paused it */
  unconnected: 2,
  /** no process answers, or none that keeps the account */
  unanswered: 3,
  /** there is no such account, or more than one may be meant */
  unknown: 4,
  /** something broke that a fresh start may mend */
  restart: 75,
  /** the configuration is wrong; starting again changes nothing */
  configuration: 78
} as const

/** The program ends with this exit code; why has been said. */
export class Ended {
  readonly _tag = "Ended"
  constructor(readonly code: number) {}
}

/** How long the program may take to stop once it is asked to, before it is ended from outside its fibers. */
export class Patience extends Context.Tag("holdfast/cli/Patience")<
  Patience,
  { readonly set: (within: Duration.Duration) => Effect.Effect<void> }
>() {}

/** What teardown may take beyond what the program itself allows for. */
export const grace = Duration.seconds(12)

/** What may still hold the process, sockets or timers of others, after the program has ended. */
const linger = Duration.seconds(2)

const codeOf = (exit: Exit.Exit<void, Ended>): number =>
  Exit.match(exit, {
    onSuccess: () => codes.done,
    onFailure: (cause) => {
      const ended = Cause.failureOption(cause)
      if (ended._tag === "Some") return ended.value.code
      if (Cause.isInterruptedOnly(cause)) return codes.done
      process.stderr.write(`holdfast: a mistake in this program, please report it:\n${Cause.pretty(cause)}\n`)
      return codes.restart
    }
  })

/**
 * Runs the program to its end. The first SIGTERM or SIGINT interrupts it and gives it bounded time; the second ends the
 * process at once.
 */
export const launch = (program: Effect.Effect<void, Ended, Patience>): void => {
  let patience = Duration.zero
  let asked = false
  // until the program has ended, an end of the process is not its own
  process.exitCode = codes.restart

  const stop = () => {
    if (asked) process.exit(codes.failed)
    asked = true
    fiber.unsafeInterruptAsFork(FiberId.none)
    // depends on no fiber, no log and no file
    setTimeout(() => process.exit(codes.failed), Duration.toMillis(Duration.sum(patience, grace))).unref()
  }
  process.on("SIGTERM", stop).on("SIGINT", stop)
  process.once("uncaughtException", (error) => {
    process.stderr.write(`holdfast: something broke outside the program's fibers: ${error.stack ?? error.message}\n`)
    process.exit(codes.restart)
  })
  const fiber = Effect.runFork(
    Effect.provideService(program, Patience, {
      set: (within) =>
        Effect.sync(() => {
          patience = within
        })
    })
  )
  fiber.addObserver((exit) => {
    process.exitCode = codeOf(exit)
    setTimeout(() => process.exit(), Duration.toMillis(linger)).unref()
  })
}
