import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Simulated from "../../src/cli/Simulated.ts"
import * as Simulations from "../../src/cli/Simulations.ts"
import type { Terminal } from "../../src/cli/Terminal.ts"
import { accountId } from "../../src/domain/Address.ts"
import * as Client from "../../src/http/Client.ts"
import { Control } from "../../src/http/Control.ts"
import * as Server from "../../src/http/Server.ts"
import * as Http from "../../src/http/Simulations.ts"
import { process, stopped } from "./stage.ts"

const account = accountId("qq", "demo")
const path = { account }

/** A client of a process in which QQ is simulated, the platform itself, and what the person at its terminal sees. */
const simulated = Effect.gen(function* () {
  const shown: Array<readonly [who: string, text: string]> = []
  const terminal: Pick<Terminal, "show"> = { show: (who, text) => Effect.sync(() => void shown.push([who, text])) }
  const row = Simulated.platforms.qq
  const overheard = yield* Simulations.overhear(yield* row.make("brisk"))
  const { inbox, outbox } = yield* stopped()
  const app = yield* Server.app.pipe(
    Effect.provide(Control.layerStopped({ process, platforms: [] }, { inbox, outbox })),
    Effect.provideService(Http.Simulations, new Map([Simulations.elsewhere(row, account, overheard, terminal)]))
  )
  return { client: Client.make(Client.direct(app)), overheard, shown }
}).pipe(Effect.flatMap(({ client, ...rest }) => Effect.map(client, (client) => ({ client, ...rest }))))

describe("what is simulated, over HTTP", () => {
  it.scoped("is nothing where accounts are in earnest, and nothing can be said there", () =>
    Effect.gen(function* () {
      const { client } = yield* stopped()
      expect(yield* client.simulated.list({})).toEqual([])
      const unknown = yield* Effect.flip(client.simulated.say({ path, payload: { text: "hello" } }))
      expect(unknown).toMatchObject({ _tag: "UnknownAccount", account })
      expect(yield* Effect.flip(client.simulated.fault({ path, payload: { line: "/cut" } }))).toMatchObject({
        _tag: "UnknownAccount"
      })
    })
  )

  it.scoped("is told with all that can be done to it", () =>
    Effect.gen(function* () {
      const { client } = yield* simulated
      const [one, ...others] = yield* client.simulated.list({})
      expect(others).toEqual([])
      expect(one).toMatchObject({ account, title: "QQ" })
      expect(one?.manual[0]?.typed).toBe("/heal")
      expect(one?.manual.map(({ typed }) => typed)).toContain("/close 4009")
    })
  )

  it.scoped(
    "hears what is said and does what is asked, wherever from, and the terminal shows what came over HTTP",
    () =>
      Effect.gen(function* () {
        const { client, overheard, shown } = yield* simulated
        yield* overheard.simulated.say("from the terminal")
        yield* client.simulated.say({ path, payload: { text: "from the page" } })
        const { done } = yield* client.simulated.fault({ path, payload: { line: "/down" } })
        expect(done).toContain("until you /heal it")
        yield* client.simulated.fault({ path, payload: { line: "nonsense" } })
        yield* client.simulated.fault({ path, payload: { line: "/heal" } })
        const lines = yield* client.simulated.said({ path, urlParams: { after: 0 } })
        expect(lines.map(({ text, who }) => [who, text])).toEqual([
          ["you", "from the terminal"],
          ["you", "from the page"],
          ["platform", done],
          ["platform", "there is no /nonsense here; /help lists what there is"],
          ["platform", "all is well again"]
        ])
        expect(shown.map(([who]) => who)).toEqual(["you", "platform", "platform", "platform"])
        expect(yield* client.simulated.said({ path, urlParams: { after: lines[3]?.id ?? 0 } })).toEqual(lines.slice(4))
      })
  )

  it.scoped.each(["", "x".repeat(4001)])("takes nothing that nobody would say", (text) =>
    Effect.gen(function* () {
      const { client, overheard } = yield* simulated
      expect((yield* Effect.flip(client.simulated.say({ path, payload: { text } })))._tag).toBe("ParseError")
      expect(yield* overheard.said).toEqual([])
    })
  )

  it.scoped("keeps the newest lines, not all", () =>
    Effect.gen(function* () {
      const { client, overheard } = yield* simulated
      yield* Effect.forEach(Array.from({ length: 300 }), (_, n) => overheard.simulated.say(`${n}`))
      const lines = yield* client.simulated.said({ path, urlParams: { after: 0 } })
      expect(lines).toHaveLength(200)
      expect(lines.at(-1)).toMatchObject({ id: 300, text: "299" })
    })
  )
})
