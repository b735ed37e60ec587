import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Logger } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import * as Http from "node:http"
import { join } from "node:path"
import * as Answering from "../../../src/cli/Control/Answering.ts"
import { ask } from "../../../src/cli/Control/Desk.ts"
import * as MemoryStores from "../../../src/gateway/MemoryStores.ts"
import { Gateway } from "../../../src/gateway/Gateway.ts"
import * as Client from "../../../src/http/Client.ts"
import * as ControlSocket from "../../../src/node/ControlSocket.ts"
import * as FakeAdapter from "../../../src/testing/FakeAdapter.ts"
import { echo } from "../../gateway/stage.ts"
import { folder } from "../program.ts"

const clientOf = (address: string) => Effect.flatMap(ControlSocket.client(address), Client.make)

const others = MemoryStores.layer

const gateway = Layer.provideMerge(Gateway.layer({ accounts: [FakeAdapter.make().account], handler: echo }), others)

/** No port is listened on, and every account is minded. */
const unreached = { api: undefined, except: new Set<string>() }

/** What is written to standard error while `effect` runs. */
const complained = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const said: Array<string> = []
      const write = process.stderr.write
      process.stderr.write = (text: string | Uint8Array) => said.push(String(text)) > 0
      return { said, restore: () => (process.stderr.write = write) }
    }),
    ({ said }) => Effect.map(Effect.either(effect), () => said.join("")),
    ({ restore }) => Effect.sync(restore)
  )

describe("a process at its control socket", () => {
  it.scopedLive("says that it is not ready until it is, and again when it stops", () =>
    Effect.gen(function* () {
      const { address = "", answer } = yield* Answering.open({ control: [folder()], ...unreached }, "the store")
      const client = yield* clientOf(address)
      const probes = yield* ControlSocket.client(address)
      const probe = (path: string) =>
        Effect.flatMap(probes.get(`http://holdfast${path}`), ({ json, status }) =>
          Effect.map(json, (body) => [status, body] as const)
        )
      const scraped = Effect.flatMap(probes.get("http://holdfast/metrics"), ({ text }) => text)
      expect(yield* scraped).toMatch(/^holdfast_build_info\{/m)
      expect(yield* probe("/livez")).toMatchObject([200, { live: true, phase: "starting" }])
      expect(yield* probe("/readyz")).toMatchObject([503, { ready: false, phase: "starting" }])
      expect(yield* Effect.flip(client.process.show({}))).toMatchObject({ _tag: "NotReady" })
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* answer(yield* Layer.build(gateway))
          expect(yield* client.process.show({})).toMatchObject({ pid: process.pid, store: "the store" })
          expect(yield* client.accounts.list({})).toMatchObject([{ account: "fake:main" }])
          expect(yield* scraped).toMatch(/^holdfast_account_state\{account="fake:main",state="\w+"\} 1$/m)
        })
      )
      expect(yield* scraped).toMatch(/^holdfast_process_uptime_seconds /m)
      const error = yield* Effect.flip(client.queues.depths({}))
      expect(error).toMatchObject({ _tag: "NotReady" })
      expect(error.message).toContain("ask again")
      expect(yield* probe("/livez")).toMatchObject([200, { live: true, phase: "stopping" }])
      expect(yield* probe("/readyz")).toMatchObject([503, { ready: false, phase: "stopping" }])
    })
  )

  it.scopedLive("does its work without one where there can be none, and says that nobody can tell it anything", () =>
    Effect.gen(function* () {
      const file = join(folder(), "file")
      writeFileSync(file, "")
      const said: Array<unknown> = []
      const logger = Logger.make(({ message }) => void said.push(message))
      const { address, answer } = yield* Effect.provide(
        Answering.open({ control: [file], ...unreached }, "the store"),
        Logger.replace(Logger.defaultLogger, logger)
      )
      expect(address).toBeUndefined()
      expect(String(said)).toMatch(/cannot reach this process: no control socket can be in .*file: /)
      yield* answer(yield* Layer.build(gateway))
    })
  )
})

describe("who asks a process", () => {
  it.scopedLive("is told by name who does not answer, or not in words that are understood", () =>
    Effect.gen(function* () {
      const place = folder()
      mkdirSync(place, { recursive: true })
      const path = join(place, "1.sock")
      const answers = ["{}", "no JSON"]
      const server = Http.createServer((_, outgoing) => void outgoing.end(answers.shift()))
      yield* Effect.acquireRelease(
        Effect.async<void>((resume) => void server.listen(path, () => resume(Effect.void))),
        () => Effect.sync(() => server.close())
      )
      const client = yield* clientOf(path)
      const process = { name: "process 1" }
      for (const _ of [1, 2])
        expect(yield* complained(ask(process, client.process.show({})))).toMatch(/^holdfast: process 1 .*version/)
      const nobody = yield* clientOf(join(place, "2.sock"))
      expect(yield* complained(ask(process, nobody.process.show({})))).toMatch(/^holdfast: process 1 does not answer: /)
    })
  )
})
