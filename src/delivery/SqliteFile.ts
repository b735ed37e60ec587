import { FileSystem } from "@effect/platform/FileSystem"
import { Path } from "@effect/platform/Path"
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"

/**
 * Sees to it that there is a file at `path` which only this user can read, before SQLite opens it: what SQLite makes beside
 * it gets the same rights. Directories that are missing are made for this user only.
 */
export const secure = (path: string): Effect.Effect<void, PlatformError, FileSystem | Path> =>
  Effect.gen(function* () {
    const files = yield* FileSystem
    const folder = (yield* Path).dirname(path)
    yield* files.makeDirectory(folder, { recursive: true, mode: 0o700 })
    yield* Effect.scoped(files.open(path, { flag: "a", mode: 0o600 }))
    yield* files.chmod(path, 0o600)
  })
