import { execFileSync } from "node:child_process"
import { writeSync } from "node:fs"
import { Clock, Duration, Effect, Stream } from "effect"
import { accountId } from "../../../src/domain/Address.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import { Progress } from "../../../src/gateway/Progress.ts"
import * as Watchdog from "../../../src/node/Watchdog.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"

function spin() {
  for (;;);
}

/** What a handler does, by the word that this process is started with. */
const fates: Readonly<Record<string, Effect.Effect<void>>> = {
  spin: Effect.sync(spin),
  // nobody reads what is written there, and it is full
  mute: Effect.sync(() => {
    try {
      for (;;) writeSync(2, "full")
    } catch {
      spin()
    }
  }),
  // a call that never returns, below JavaScript
  call: Effect.sync(() => void execFileSync("sleep", ["60"])),
  // it computes all the time, and lets others have a turn now and then
  busy: Effect.forever(
    Effect.zipRight(
      Effect.sync(() => {
        const until = performance.now() + 200
        while (performance.now() < until);
      }),
      Effect.sleep("20 millis")
    )
  ),
  stuck: Effect.never
}

const [fate = "", millis = "1000"] = process.argv.slice(2)
const bound = Duration.millis(Number(millis))

const fake = FakeAdapter.make({ id: accountId("fake", "main"), greeting: [FakeAdapter.connected()] })

const program = Effect.gen(function* () {
  const progress = new Progress()
  const gateway = yield* Gateway
  const look = Effect.gen(function* () {
    const seen = progress.look(yield* gateway.statuses, yield* Clock.currentTimeMillis, performance.now())
    return { ...seen, stuck: fate === "stuck" }
  })
  const { content } = yield* Watchdog.watch({ bound, look })
  yield* Effect.sleep("100 millis")
  yield* fake.emit({ _tag: "Received", event: FakeAdapter.said(fake.account.id, "somebody", "1", "hello") })
  process.stdout.write("running\n")
  yield* Effect.sleep(Duration.times(bound, 3))
  process.stdout.write(`alive, and ${(yield* content) ? "content" : "alarmed"}\n`)
})

// the handler is what misbehaves, as it would in an application
const layer = Gateway.layerMemory({
  accounts: [fake.account],
  handler: () => Stream.drain(Stream.fromEffect(fates[fate] ?? Effect.void)),
  config: { drainWithin: Duration.millis(100) }
})

void Effect.runPromise(Effect.scoped(Effect.provide(program, layer))).then(() => process.exit(0))
