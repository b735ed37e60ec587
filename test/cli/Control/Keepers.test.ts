import * as HttpClient from "@effect/platform/HttpClient"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import type { Desk } from "../../../src/cli/Control/Desk.ts"
import { keepers, whereabouts } from "../../../src/cli/Control/Keepers.ts"
import { past } from "../../../src/cli/Control/Past.ts"
import { ProcessTable } from "../../../src/delivery/ProcessTable.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { initial } from "../../../src/gateway/Status.ts"
import type { Entry } from "../../../src/gateway/Timeline.ts"
import * as NodeProcessTable from "../../../src/node/ProcessTable.ts"
import { stopped } from "../../http/stage.ts"

const account = accountId("qq", "main")

const deskOf = (pid: number | undefined, wants: boolean, has: boolean) =>
  Effect.map(stopped(), ({ client }): Desk => ({
    name: `process ${pid}`,
    process: pid === undefined ? undefined : { pid, since: 0, store: "" },
    accounts: new Map(wants ? [[account, initial(account, 0)]] : []),
    handlers: [],
    has: () => has,
    client,
    http: HttpClient.make(() => Effect.never)
  }))

/** We as the owner of an account, but for this. */
const owner = (other: { readonly host?: string; readonly started?: string }) =>
  Effect.map(Effect.provide(ProcessTable, NodeProcessTable.layer), ({ self }) => {
    const host = { ...self.host, name: other.host ?? self.host.name }
    return Option.some({
      ...self,
      host,
      ...(other.started === undefined ? {} : { started: other.started }),
      id: "x",
      since: 0
    })
  })

describe("who keeps an account", () => {
  it.scoped("are the processes that want it, the one that has it first, and no store", () =>
    Effect.gen(function* () {
      const [waits, owns, else_, store] = yield* Effect.all([
        deskOf(1, true, false),
        deskOf(2, true, true),
        deskOf(3, false, false),
        deskOf(undefined, true, true)
      ])
      expect(keepers(account, [waits, owns, else_, store])).toEqual([owns, waits])
    })
  )

  it.effect("is told of one for whom nobody answers as far as this machine knows", () =>
    Effect.gen(function* () {
      const owners = [Option.none(), yield* owner({}), yield* owner({ host: "beta" }), yield* owner({ started: "1" })]
      expect(yield* Effect.forEach(owners, whereabouts)).toEqual(["released", "mute", "elsewhere", "gone"])
    })
  )

  it.effect("and ended without a word is said to have ended when it was last known to live (F43)", () =>
    Effect.gen(function* () {
      const last: Entry = {
        id: "qq:main/1000",
        account,
        at: 1000,
        state: { _tag: "Connected", until: 9000 },
        since: 1000,
        attempts: 0,
        generation: 1,
        flapping: false
      }
      const told = { desks: [], past: () => Effect.succeed({ entries: [last], lived: 5000 }) }
      const killed = new Map([[account, yield* owner({ started: "1" })]])
      expect(yield* past(account, { ...told, owners: killed })).toMatchObject([
        last,
        { at: 5000, state: { _tag: "Stopped" } }
      ])
      const mute = new Map([[account, yield* owner({})]])
      expect(yield* past(account, { ...told, owners: mute })).toEqual([last])
    })
  )
})
