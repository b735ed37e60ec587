import { describe, expect, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Stream } from "effect"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import * as Exec from "../../../src/handler/Exec.ts"
import * as Programs from "../../../src/node/Programs.ts"
import { served } from "../downloads.ts"
import { written } from "../events.ts"

const folder = mkdtempSync(join(tmpdir(), "holdfast-kept-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const kept = (script: string, options: Partial<Exec.Options> = {}) =>
  Exec.make({ command: { file: "bash", args: ["-c", script] }, name: "bot", mode: "ndjson", ...options }).pipe(
    Effect.provide(Programs.layer),
    Effect.map((handler) => served(handler))
  )

const answer = `id=\${line#*:}; echo "{\\"id\\":\${id%%,*},\\"text\\":\\"here\\",\\"done\\":true}"`

const here = [{ text: "here", format: "plain" }]

describe.concurrent("a real program that is kept", () => {
  it.scopedLive("is asked again what it was asked when it was killed, by the one that is started in its place", () =>
    Effect.gen(function* () {
      const script = `mkdir ${folder}/began && doomed=1; while read -r line; do [ "$doomed" ] && kill -KILL $$; ${answer}; done`
      const handler = yield* kept(script)
      const both = Effect.forEach(["a", "b"], (id) => Stream.runCollect(handler(written(id, id))), {
        concurrency: 2
      })
      expect((yield* both).map(Chunk.toReadonlyArray)).toEqual([here, here])
    })
  )

  it.scopedLive("that reads nothing any more is ended, though it ignores that it is asked to, and replaced", () =>
    Effect.gen(function* () {
      const script = `trap "" TERM; if mkdir ${folder}/stuck; then while :; do sleep 1; done; fi; while read -r line; do ${answer}; done`
      const handler = yield* kept(script, { within: Duration.seconds(1) })
      const long = written("x".repeat(1_000_000))
      expect(yield* Effect.flip(Stream.runDrain(handler(long)))).toMatchObject({
        cause: "bot did not answer within 1s"
      })
      const again = Effect.retry(Stream.runCollect(handler(written("x"))), { times: 9 })
      expect(Chunk.toReadonlyArray(yield* again)).toEqual(here)
    })
  )

  it.scopedLive("leaves nothing open, however often it is started", () =>
    Effect.gen(function* () {
      const echo = Exec.make({ command: { file: "echo", args: ["here"] } })
      const handler = served(yield* Effect.provide(echo, Programs.layer))
      const run = Stream.runDrain(handler(written("x")))
      yield* run
      const open = () => readdirSync("/proc/self/fd").length
      const before = open()
      yield* Effect.replicateEffect(run, 30)
      expect(open()).toBeLessThan(before + 30)
    })
  )
})
