import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Net from "node:net"
import * as FreePort from "../../src/cli/FreePort.ts"
import { freePort } from "../node/freePort.ts"

const host = "127.0.0.1"

const taken = (port: number) =>
  Effect.acquireRelease(
    Effect.async<Net.Server>((resume) => {
      const server = Net.createServer()
      server.listen(port, host, () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  )

describe("a port near another", () => {
  it.scopedLive("is that one where it is free, one of the next where it is taken, and keeps all else", () =>
    Effect.gen(function* () {
      const place = { host, port: yield* freePort, token: "t" }
      expect(yield* FreePort.near(place)).toEqual(place)
      yield* taken(place.port)
      const next = yield* FreePort.near(place)
      expect(next).toMatchObject({ host, token: "t" })
      expect(next?.port).toBeGreaterThan(place.port)
    })
  )

  it.live("is none at an address that is not on this machine, nor beyond the last there is", () =>
    Effect.gen(function* () {
      expect(yield* FreePort.near({ host: "203.0.113.1", port: 8090 })).toBeUndefined()
      expect((yield* FreePort.near({ host, port: 65_535 }))?.port ?? 65_535).toBe(65_535)
    })
  )
})
