import { expect } from "@effect/vitest"
import { Clock, Duration, Effect, Metric } from "effect"
import { tooOld } from "../../../src/gateway/Metrics/Passing.ts"
import { telegram } from "../rows/telegram.ts"
import { seldom, story } from "../Story.ts"

const { conversation } = telegram
const counted = Effect.map(Metric.value(tooOld.of()), ({ count }) => count)

story(
  telegram,
  "what is older than TELEGRAM_MAX_AGE when an outage ends is counted and put aside, and never answered (F73, F74)",
  { account: { maxAge: Duration.minutes(10) } },
  ({ connected, gateway, main, outage, recovers, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      const before = yield* counted
      yield* outage({ _tag: "Refuse", as: "dns" })
      for (const text of ["/restart", "old"]) yield* simulator.hear({ conversation, text })
      yield* Effect.sleep("2 hours")
      yield* simulator.hear({ conversation, text: "new" })
      yield* recovers()
      yield* Effect.sleep("10 minutes")
      yield* gateway.restart(main)
      yield* Effect.sleep("10 minutes")
      expect(yield* texts).toEqual(["new"])
      expect(yield* counted).toBe(before + 2)
    })
)

story(
  telegram,
  "what waited when the process started is answered, however old, where nobody set TELEGRAM_MAX_AGE (F73)",
  { accounts: [] },
  ({ account, add, connected, simulator, texts }) =>
    Effect.gen(function* () {
      for (const text of ["one", "two"]) yield* simulator.hear({ conversation, text })
      yield* Effect.sleep("23 hours")
      yield* simulator.hear({ conversation, text: "three" })
      yield* add(account())
      yield* connected("1 minute")
      yield* Effect.sleep("10 seconds")
      expect(yield* texts).toEqual(["one", "two", "three"])
    })
)

story(
  telegram,
  "an outage of more than the 24 hours for which Telegram keeps what is said leaves a gap in the status (F73)",
  seldom,
  ({ connected, converses, outage, recovers, simulator, status, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("1 hour")
      const { lastLife } = yield* status()
      yield* outage({ _tag: "Refuse", as: "refused" })
      yield* simulator.hear({ conversation, text: "lost" })
      yield* Effect.sleep("25 hours")
      yield* simulator.hear({ conversation, text: "found" })
      const up = yield* recovers()
      expect(up.gaps).toEqual([{ from: lastLife, to: yield* Clock.currentTimeMillis }])
      yield* Effect.sleep("10 seconds")
      expect(yield* texts).toEqual(["found"])
      yield* converses("are you there?")
    })
)
