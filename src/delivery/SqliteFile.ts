import { FileSystem } from "@effect/platform/FileSystem"
import { Path } from "@effect/platform/Path"
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"

/** Makes what is missing of a folder's path, for this user only. Node's own way spins for ever where nothing can be made, as in /proc. */
const ensure = (folder: string): Effect.Effect<void, PlatformError, FileSystem | Path> =>
  Effect.gen(function* () {
    const files = yield* FileSystem
    if (yield* files.exists(folder)) return
    yield* ensure((yield* Path).dirname(folder))
    yield* files.makeDirectory(folder, { mode: 0o700 }).pipe(
      // another process may have been quicker
      Effect.catchIf(
        (error) => error._tag === "SystemError" && error.reason === "AlreadyExists",
        () => Effect.void
      )
    )
  })

/**
 * Sees to it that there is a file at `path` which only this user can read, before SQLite opens it: what SQLite makes beside
 * it gets the same rights. Directories that are missing are made for this user only.
 */
export const secure = (path: string): Effect.Effect<void, PlatformError, FileSystem | Path> =>
  Effect.gen(function* () {
    const files = yield* FileSystem
    yield* ensure((yield* Path).dirname(path))
    yield* Effect.scoped(files.open(path, { flag: "a", mode: 0o600 }))
    yield* files.chmod(path, 0o600)
  })
