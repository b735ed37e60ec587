import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import * as Net from "node:net"
import { join } from "node:path"
import { largestBody } from "../../src/http/Server.ts"
import * as ControlSocket from "../../src/node/ControlSocket.ts"
import { folder } from "../cli/program.ts"
import { stopped } from "../http/stage.ts"
import * as Client from "../../src/http/Client.ts"

const own = `${process.pid}.sock`

const mode = (path: string) => statSync(path).mode & 0o777

const echo = Effect.map(HttpServerRequest.HttpServerRequest, ({ url }) => HttpServerResponse.text(url))

const ask = (address: string, path = "/hello") =>
  Effect.gen(function* () {
    const client = yield* ControlSocket.client(address)
    return yield* Effect.flatMap(client.get(`http://holdfast${path}`), ({ text }) => text)
  }).pipe(Effect.scoped)

/** A socket at which somebody listened who has died without a word. */
const leftBehind = (path: string, age: number) =>
  Effect.promise(async () => {
    const server = Net.createServer()
    await new Promise<void>((resolve) => server.listen(`${path}.alive`, resolve))
    // what is renamed is not found when the listener removes it
    renameSync(`${path}.alive`, path)
    await new Promise<void>((resolve) => server.close(() => resolve()))
    const then = new Date(Date.now() - age)
    utimesSync(path, then, then)
  })

/** Writes bytes to a socket, and gives all that comes back until it is closed. */
const raw = (address: string, ...pieces: ReadonlyArray<string>): Promise<string> =>
  new Promise((resolve) => {
    let heard = ""
    const line = Net.connect(address)
    line.on("data", (data) => (heard += data.toString()))
    line.on("error", () => {})
    line.once("close", () => resolve(heard))
    for (const piece of pieces) line.write(piece)
  })

const post = (path: string, headers: string, body = "") =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n${headers}\r\n\r\n${body}`

describe.concurrent("ControlSocket", () => {
  it.scopedLive("answers at a socket of this process that is nobody else's, in a folder that it makes", () =>
    Effect.gen(function* () {
      const place = join(folder(), "run", "holdfast")
      const address = yield* ControlSocket.serve([place], echo)
      expect(address).toBe(join(place, own))
      expect([mode(place), mode(address)]).toEqual([0o700, 0o600])
      expect(yield* ask(address)).toBe("/hello")
      expect(yield* ControlSocket.live([place, folder()])).toEqual([address])
    })
  )

  it.scopedLive("closes a folder of its own that was open to others", () =>
    Effect.gen(function* () {
      const place = join(folder(), "holdfast")
      mkdirSync(place, { mode: 0o755 })
      yield* ControlSocket.serve([place], echo)
      expect(mode(place)).toBe(0o700)
    })
  )

  it.live("is gone when its scope is, and so is its file", () =>
    Effect.gen(function* () {
      const place = folder()
      const address = yield* Effect.scoped(ControlSocket.serve([place], echo))
      expect(readdirSync(place)).toEqual([])
      expect(yield* ControlSocket.live([place])).toEqual([])
      expect(yield* Effect.flip(ask(address))).toMatchObject({ _tag: "RequestError", reason: "Transport" })
    })
  )

  it.scopedLive("takes the place of one that a dead process of its number left behind", () =>
    Effect.gen(function* () {
      const place = folder()
      yield* leftBehind(join(place, own), 0)
      expect(yield* ControlSocket.live([place])).toEqual([])
      const address = yield* ControlSocket.serve([place], echo)
      expect(address).toBe(join(place, own))
      expect(yield* ask(address)).toBe("/hello")
    })
  )

  it.scopedLive("leaves alone one at which somebody of its number answers, and takes the next name", () =>
    Effect.gen(function* () {
      const place = folder()
      const first = yield* ControlSocket.serve([place], echo)
      const second = yield* ControlSocket.serve([place], echo)
      expect(second).toBe(join(place, `${process.pid}-2.sock`))
      expect([yield* ask(first, "/1"), yield* ask(second, "/2")]).toEqual(["/1", "/2"])
    })
  )

  it.scopedLive("removes what dead processes left behind, and nothing that may be about to live", () =>
    Effect.gen(function* () {
      const place = folder()
      yield* leftBehind(join(place, "1.sock"), 60_000)
      yield* leftBehind(join(place, "2.sock"), 0)
      writeFileSync(join(place, "holdfast.db"), "")
      yield* ControlSocket.serve([place], echo)
      expect(readdirSync(place).toSorted()).toEqual(["2.sock", own, "holdfast.db"].toSorted())
    })
  )

  it.scopedLive("takes the next folder where one is none, another's by a link, or too long a name", () =>
    Effect.gen(function* () {
      const [base, good] = [folder(), join(folder(), "good")]
      writeFileSync(join(base, "file"), "")
      symlinkSync(base, join(base, "link"))
      const bad = [join(base, "file"), join(base, "link"), join(base, "x".repeat(120))] as const
      expect(yield* ControlSocket.serve([...bad, good], echo)).toBe(join(good, own))
      for (const one of bad) {
        const error = yield* Effect.flip(Effect.scoped(ControlSocket.serve([one, join(base, "file")], echo)))
        expect(error.message).toContain(`no control socket can be in ${one}: `)
      }
    })
  )

  it.scopedLive.skipIf(process.platform !== "linux")("takes the next folder where one can never be made", () =>
    Effect.gen(function* () {
      const good = folder()
      expect(yield* ControlSocket.serve(["/proc/holdfast/run", good], echo)).toBe(join(good, own))
    })
  )

  it.scopedLive("nobody is found where others may listen: in a folder that they may write, or behind a link", () =>
    Effect.gen(function* () {
      const [place, link] = [folder(), join(folder(), "link")]
      const address = yield* ControlSocket.serve([place], echo)
      symlinkSync(place, link)
      expect(yield* ControlSocket.live([link, place])).toEqual([address])
      chmodSync(place, 0o777)
      expect(yield* ControlSocket.live([link, place])).toEqual([])
    })
  )

  it.live("stops, whoever is connected, asks slowly or waits for an answer that never comes", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const never = Effect.zipRight(echo, Effect.never)
      const address = yield* Scope.extend(ControlSocket.serve([folder()], never), scope)
      const lines = [raw(address), raw(address, "GET / HT"), raw(address, post("/x", "content-length: 9", "{"))]
      yield* Effect.sleep("100 millis")
      yield* Scope.close(scope, Exit.void)
      expect(existsSync(address)).toBe(false)
      expect(yield* Effect.promise(() => Promise.all(lines))).toHaveLength(3)
    })
  )
})

describe.concurrent("the API at a control socket", () => {
  const served = Effect.gen(function* () {
    const { app, ...queues } = yield* stopped()
    return { ...queues, address: yield* ControlSocket.serve([folder()], app) }
  })

  it.scopedLive("answers a client", () =>
    Effect.gen(function* () {
      const { address, outbox } = yield* served
      const client = yield* Effect.flatMap(ControlSocket.client(address), Client.make)
      const payload = { conversation: "qq:main/c2c:A", text: "你好", format: "plain", key: "k" } as const
      expect(yield* client.messages.send({ payload })).toEqual({ id: "qq:main/k" })
      expect((yield* outbox.depth).waiting).toBe(1)
      const error = yield* Effect.flip(client.dead.show({ urlParams: { queue: "inbox", id: "qq:main/a b/%2F#0?" } }))
      expect(error).toMatchObject({ _tag: "UnknownLetter", id: "qq:main/a b/%2F#0?" })
    })
  )

  it.scopedLive("reads no body that is too long, or that does not say how long it is", () =>
    Effect.gen(function* () {
      const { address } = yield* served
      const asked = (headers: string) => Effect.promise(() => raw(address, post("/messages", headers, "{}")))
      expect(yield* asked(`content-length: ${largestBody + 1}`)).toMatch(/^HTTP\/1.1 413 [\s\S]*at most/)
      expect(yield* asked("transfer-encoding: chunked")).toMatch(/^HTTP\/1.1 411 [\s\S]*content-length/)
    })
  )

  it.scopedLive("answers what is no request of the contract with 4xx, and goes on", () =>
    Effect.gen(function* () {
      const { address } = yield* served
      const asked = (path: string, body: string) =>
        Effect.promise(() => raw(address, post(path, `content-length: ${Buffer.byteLength(body)}`, body)))
      expect(yield* asked("/messages", "{")).toMatch(/^HTTP\/1.1 4\d\d /)
      expect(yield* asked("/messages", `{"conversation":"qq:main/c2c:A"}`)).toMatch(/^HTTP\/1.1 400 [\s\S]*text/)
      expect(yield* asked("/dead/retry", `{"all":false}`)).toMatch(/^HTTP\/1.1 400 /)
      expect(yield* asked("/nowhere", "{}")).toMatch(/^HTTP\/1.1 404 /)
      expect(yield* asked("/dead/drop", `{"all":true}`)).toMatch(/^HTTP\/1.1 200 [\s\S]*"done":0/)
    })
  )
})
