import { chmodSync, statSync, writeFileSync } from "node:fs"
import { NodeContext } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as SqliteFile from "../../src/delivery/SqliteFile.ts"
import { file, open } from "./SqlStore/Sqlite.ts"

const rights = (path: string) => (statSync(path).mode & 0o777).toString(8)

describe("SqliteFile", () => {
  it.scoped("lets nobody else read the store, nor what SQLite puts beside it", () =>
    Effect.gen(function* () {
      const path = `${yield* file}.d/state/holdfast.db`
      yield* SqliteFile.secure(path)
      const { queue } = yield* open(path)
      yield* queue.offer([{ id: "1", key: "a", value: "secret" }])
      expect([path, `${path}-wal`, `${path}-shm`].map(rights)).toEqual(["600", "600", "600"])
      expect(rights(`${path}/..`.replace("/holdfast.db/..", ""))).toBe("700")
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("takes the rights of others from a file that is there, and leaves what it holds", () =>
    Effect.gen(function* () {
      const path = yield* file
      writeFileSync(path, "held")
      chmodSync(path, 0o644)
      yield* SqliteFile.secure(path)
      expect(rights(path)).toBe("600")
      expect(statSync(path).size).toBe(4)
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.scoped("makes every folder that is missing, whoever makes them at the same time", () =>
    Effect.gen(function* () {
      const path = `${yield* file}.d/a/b/holdfast.db`
      yield* Effect.all([SqliteFile.secure(path), SqliteFile.secure(path)], { concurrency: 2 })
      expect(rights(path)).toBe("600")
      for (const folder of ["/a/b", "/a", ""]) expect(rights(path.replace("/a/b/holdfast.db", folder))).toBe("700")
    }).pipe(Effect.provide(NodeContext.layer))
  )

  it.effect.runIf(process.platform === "linux")("fails where no folder can be made, and does not try for ever", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(SqliteFile.secure("/proc/holdfast/state/holdfast.db"))
      expect(error).toMatchObject({ _tag: "SystemError", reason: "NotFound" })
    }).pipe(Effect.provide(NodeContext.layer))
  )
})
