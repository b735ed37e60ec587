import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { Programs } from "../../src/handler/Programs.ts"
import { layer } from "../../src/node/Programs.ts"

describe("a program that takes what it is given more slowly than it is given it", () => {
  it.scopedLive("is waited for each time, and nothing is left of having waited (F51)", () =>
    Effect.gen(function* () {
      const warnings: Array<string> = []
      const noted = ({ name }: Error) => void warnings.push(name)
      process.on("warning", noted)
      yield* Effect.addFinalizer(() => Effect.sync(() => void process.off("warning", noted)))
      const { start } = yield* Programs
      const reader = yield* start({ file: "sh", args: ["-c", "exec cat > /dev/null"] }, {})
      for (let times = 0; times < 15; times++) expect(yield* reader.write(new Uint8Array(300_000))).toBe(true)
      yield* Effect.sleep("10 millis")
      expect(warnings).toEqual([])
    }).pipe(Effect.provide(layer))
  )
})
