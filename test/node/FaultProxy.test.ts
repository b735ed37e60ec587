import { describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Net from "node:net"
import { expect } from "vitest"
import * as FaultProxy from "../../src/node/FaultProxy.ts"
import { listen } from "./connectProxy.ts"

/** A line that keeps what it hears, and how it ended. */
const dial = (port: number) =>
  Effect.acquireRelease(
    Effect.async<{ socket: Net.Socket; heard: Array<string>; ended: Promise<string> }, string>((resume) => {
      const heard: Array<string> = []
      const socket = Net.connect(port, "127.0.0.1")
      socket.on("data", (data) => heard.push(data.toString()))
      const ended = new Promise<string>((resolve) => {
        socket.on("error", (error) => resolve("code" in error ? String(error.code) : "error"))
        socket.on("close", () => resolve("closed"))
      })
      socket.once("connect", () => resume(Effect.succeed({ socket, heard, ended })))
      socket.once("error", (error) => resume(Effect.fail("code" in error ? String(error.code) : "error")))
    }),
    ({ socket }) => Effect.sync(() => socket.destroy())
  )

const echoing = Effect.gen(function* () {
  const port = yield* listen(Net.createServer((socket) => socket.on("error", () => {}).pipe(socket)))
  return yield* FaultProxy.make(port)
})

const said = (socket: Net.Socket, text: string) => Effect.sync(() => void socket.write(text))
const hears = (line: { readonly heard: ReadonlyArray<string> }, text: string) =>
  Effect.async<void>((resume) => {
    const look = () => (line.heard.join("") === text ? resume(Effect.void) : setImmediate(look))
    look()
  })
const quiet = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 50)))

describe("FaultProxy", () => {
  it.scoped("passes both ways, and counts", () =>
    Effect.gen(function* () {
      const proxy = yield* echoing
      const line = yield* dial(proxy.port)
      yield* said(line.socket, "hello")
      yield* hears(line, "hello")
      expect(yield* proxy.lines).toEqual({ open: 1, taken: 1 })
    })
  )

  it.scoped("refuses on its own port, and listens there again", () =>
    Effect.gen(function* () {
      const proxy = yield* echoing
      yield* proxy.become({ _tag: "Refuse" })
      expect(yield* Effect.flip(dial(proxy.port))).toBe("ECONNREFUSED")
      yield* proxy.become({ _tag: "Pass" })
      yield* dial(proxy.port)
    })
  )

  it.scoped("leaves the lines that stand alone while it refuses new ones", () =>
    Effect.gen(function* () {
      const proxy = yield* echoing
      const line = yield* dial(proxy.port)
      yield* proxy.become({ _tag: "Refuse" })
      yield* said(line.socket, "still here")
      yield* hears(line, "still here")
    })
  )

  it.scoped("resets new lines", () =>
    Effect.gen(function* () {
      const proxy = yield* echoing
      yield* proxy.become({ _tag: "Reset" })
      const ended = dial(proxy.port).pipe(
        Effect.flatMap((line) => Effect.promise(() => line.ended)),
        Effect.merge
      )
      expect(yield* ended).toBe("ECONNRESET")
      expect(yield* proxy.lines).toEqual({ open: 0, taken: 1 })
    })
  )

  it.scoped("cuts the lines that stand without a word", () =>
    Effect.gen(function* () {
      const proxy = yield* echoing
      const line = yield* dial(proxy.port)
      yield* said(line.socket, "hello")
      yield* hears(line, "hello")
      yield* proxy.cut
      expect(yield* Effect.promise(() => line.ended)).toBe("ECONNRESET")
      yield* Effect.repeat(quiet, { until: () => Effect.map(proxy.lines, ({ open }) => open === 0) })
    })
  )

  it.scoped("a black hole swallows on lines that stand, and gives back what waited", () =>
    Effect.gen(function* () {
      const proxy = yield* echoing
      const line = yield* dial(proxy.port)
      yield* said(line.socket, "before ")
      yield* hears(line, "before ")
      yield* proxy.become({ _tag: "BlackHole" })
      yield* said(line.socket, "after")
      yield* quiet
      expect(line.heard.join("")).toBe("before ")
      yield* proxy.become({ _tag: "Pass" })
      yield* hears(line, "before after")
    })
  )

  it.scoped("a black hole takes new lines and answers nothing, not even an end", () =>
    Effect.gen(function* () {
      const proxy = yield* echoing
      yield* proxy.become({ _tag: "BlackHole" })
      const line = yield* dial(proxy.port)
      line.socket.end("anybody?")
      yield* quiet
      expect(line.heard).toEqual([])
      expect(line.socket.readableEnded).toBe(false)
    })
  )

  it.scoped("delays every piece and keeps their order", () =>
    Effect.gen(function* () {
      const proxy = yield* echoing
      yield* proxy.become({ _tag: "Delay", by: Duration.millis(5) })
      const line = yield* dial(proxy.port)
      for (const text of ["a", "b", "c"]) yield* said(line.socket, text)
      yield* hears(line, "abc")
    })
  )
})
