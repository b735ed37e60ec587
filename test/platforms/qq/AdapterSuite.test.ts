import { Effect, Layer } from "effect"
import { Budget } from "../../../src/adapter/Budget.ts"
import { ResumeStore } from "../../../src/adapter/ResumeStore.ts"
import { Stability } from "../../../src/adapter/Stability.ts"
import { Webhooks } from "../../../src/adapter/Webhooks.ts"
import * as Digest from "../../../src/node/Digest.ts"
import * as Ed25519 from "../../../src/node/Ed25519.ts"
import * as QQ from "../../../src/platforms/qq/Adapter.ts"
import * as Simulator from "../../../src/platforms/qq/Simulator.ts"
import * as AdapterSuite from "../../../src/testing/AdapterSuite.ts"
import * as MemoryNetwork from "../../../src/testing/MemoryNetwork.ts"

const attempts = 10

const stage = Effect.gen(function* () {
  const simulator = yield* Simulator.make()
  const world = yield* Layer.build(
    Layer.mergeAll(
      MemoryNetwork.layer({ "bots.qq.com": simulator, "api.sgroup.qq.com": simulator }),
      Webhooks.layerNone,
      Ed25519.layer,
      Digest.layer,
      Budget.layerMemory,
      ResumeStore.layerMemory,
      Stability.layer
    )
  )
  const account = QQ.account({
    name: "main",
    appId: Simulator.defaultBot.appId,
    clientSecret: Simulator.defaultBot.secret
  })
  return {
    account: { ...account, open: Effect.provide(account.open, world) },
    simulator,
    person: { conversation: "c2c:7C0E5A9D41B24D7E9A64F0B1D2C3E4F5" },
    sendPath: "/messages"
  }
})

AdapterSuite.suite("QQ", stage, { attempts })
