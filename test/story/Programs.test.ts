import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import { received } from "../../src/adapter/Signal.ts"
import { Gateway } from "../../src/gateway/Gateway.ts"
import * as Notices from "../../src/gateway/Notices.ts"
import * as Exec from "../../src/handler/Exec.ts"
import * as Programs from "../../src/node/Programs.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"

/** Does to itself what it is told. */
const script = `
  read -r word
  case "$word" in
    gigabyte) head -c 1000000000 /dev/zero ;;
    hang) trap '' TERM; while :; do sleep 1; done ;;
    refuse) exit 78 ;;
    *) echo "$word yourself" ;;
  esac
`

describe("a program that answers, behind a gateway", () => {
  it.scopedLive(
    "that writes a gigabyte, never ends, or fails for good hurts one conversation each, and who asked is told once (F70)",
    () =>
      Effect.gen(function* () {
        const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected()] })
        const handler = yield* Exec.make({
          command: { file: "bash", args: ["-c", script] },
          within: Duration.seconds(1)
        })
        const gateway = Gateway.layerMemory({ accounts: [fake.account], handler })
        const words = ["gigabyte", "hang", "refuse", "hello"]
        yield* Effect.gen(function* () {
          yield* Effect.sync(fake.opened).pipe(
            Effect.delay("10 millis"),
            Effect.repeat({ until: (count) => count > 0 })
          )
          yield* fake.emit(
            ...words.map((word) => received(FakeAdapter.said(fake.account.id, word, `${word}-1`, `${word}\n`)))
          )
          yield* Effect.sync(() => fake.sent.length).pipe(
            Effect.delay("20 millis"),
            Effect.repeat({ until: (count) => count >= words.length })
          )
          yield* Effect.sleep("200 millis")
        }).pipe(Effect.provide(gateway))
        const said = fake.sent.map(({ content, conversation }) => [conversation.id, content.text] as const)
        const { failed } = Notices.words.en
        expect(new Map(said)).toEqual(
          new Map([
            ["gigabyte", failed],
            ["hang", failed],
            ["refuse", failed],
            ["hello", "hello yourself"]
          ])
        )
        expect(said).toHaveLength(words.length)
      }).pipe(Effect.provide(Layer.fresh(Programs.layer)))
  )
})
