import { Effect, Layer } from "effect"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import { Webhooks } from "../../../src/adapter/Webhooks.ts"
import * as Telegram from "../../../src/platforms/telegram/Adapter.ts"
import * as Simulator from "../../../src/platforms/telegram/Simulator.ts"
import * as AdapterSuite from "../../../src/testing/AdapterSuite.ts"
import * as MemoryNetwork from "../../../src/testing/MemoryNetwork.ts"

const attempts = 10

const stage = Effect.gen(function* () {
  const simulator = yield* Simulator.make()
  const world = yield* Layer.build(
    Layer.mergeAll(
      MemoryNetwork.layer({ "api.telegram.org": simulator }),
      ResumeStore.layerMemory,
      Stability.layer,
      Webhooks.layerNone
    )
  )
  const account = Telegram.account({ name: "main", token: Simulator.defaultBot.token })
  return {
    account: { ...account, open: Effect.provide(account.open, world) },
    simulator,
    person: { conversation: "chat:7001" },
    sendPath: "/sendMessage"
  }
})

AdapterSuite.suite("Telegram", stage, { attempts })
