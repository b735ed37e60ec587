import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Stream } from "effect"
import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Exec from "../../src/handler/Exec.ts"
import * as CommandLine from "../../src/handler/Exec/CommandLine.ts"
import * as Environment from "../../src/handler/Exec/Environment.ts"
import * as Wire from "../../src/handler/Wire.ts"
import * as Programs from "../../src/node/Programs.ts"
import { folder, Program } from "../cli/program.ts"
import { served as without } from "../handler/downloads.ts"
import * as served from "../cli/served.ts"
import { joined, pressed, written } from "../handler/events.ts"
import { blocks, lines, quoted, rows, section, sentence } from "./Readme.ts"

const heading = "## A program that answers"

/** The one block in this language, as a program in a folder. */
const program = (language: string, name: string, cwd = folder()) => {
  const [code = "", ...others] = blocks(language)
  expect(others).toEqual([])
  const file = join(cwd, name)
  writeFileSync(file, code)
  return file
}

const handler = (language: string, mode: Exec.Mode) =>
  Effect.suspend(() => {
    const file = program(language, `bot.${language}`)
    chmodSync(file, 0o755)
    return Exec.make({ command: { file, args: [] }, mode }).pipe(
      Effect.provide(Programs.layer),
      Effect.map((handler) => without(handler))
    )
  })

describe.concurrent("the README, of a program that answers", () => {
  it.scopedLive("has a bot that is one script and one option of the run command, on a platform and in the minute", () =>
    Effect.gen(function* () {
      const { env, simulator } = yield* served.qq
      const cwd = folder()
      const file = program("bash", "bot.sh", cwd)
      const [chmod = "", run = "", ...others] = lines(/```sh\n([\s\S]*?)```/.exec(section(heading))?.[1] ?? "")
      expect(others).toEqual([])
      expect(chmod).toBe("chmod +x bot.sh")
      const [, ...args] = yield* Effect.map(CommandLine.parse(run), ({ args, file }) => [file, ...args])
      const tooSoon = new Program(args, { cwd, env })
      expect(yield* Effect.promise(() => tooSoon.ended)).toBe(78)
      expect(tooSoon.stderr).toBe(
        'holdfast: HOLDFAST_EXEC is "./bot.sh": ./bot.sh may not be run: make it executable (chmod +x)\n'
      )
      chmodSync(file, 0o755)
      const bot = new Program(args, { cwd, env })
      yield* Effect.promise(() => bot.says(/connected as demo-bot/))
      yield* simulator.hear({ conversation: "c2c:0123456789ABCDEF0123456789ABCDEF", text: "is it true?" })
      const said = yield* simulator.said.pipe(
        Effect.delay("50 millis"),
        Effect.repeat({ until: (all) => all.length > 0 })
      )
      expect(said).toMatchObject([{ text: expect.stringMatching(/^Hello .+, you said: is it true\?$/) }])
      const rehearsal = new Program(args, { cwd })
      yield* Effect.promise(() => rehearsal.says(/qq:demo +connected/))
      rehearsal.type("and here?")
      yield* Effect.promise(() => rehearsal.says(/bot .*you said: and here\?/))
      bot.signal("SIGTERM")
      expect(yield* Effect.promise(() => bot.ended)).toBe(0)
    })
  )

  it.scopedLive("has one in Python that speaks JSON", () =>
    Effect.gen(function* () {
      const python = yield* handler("python", "json")
      const answer = (event: Parameters<typeof python>[0]) =>
        Effect.map(Stream.runCollect(python(event)), Chunk.toReadonlyArray)
      expect(yield* answer(written("hi"))).toEqual([
        { piece: "One moment", format: "markdown" },
        { piece: ", **please**.", format: "markdown" },
        { text: "HI", format: "plain", buttons: [[{ _tag: "Press", label: "Again", data: "hi" }]] }
      ])
      expect(yield* Effect.flip(answer(pressed("hi")))).toMatchObject({ cause: "no more of this", retryable: false })
      expect(yield* answer(joined)).toEqual([])
    })
  )

  it.scopedLive("has one in JavaScript that is kept, and asked about many events side by side", () =>
    Effect.gen(function* () {
      const js = yield* handler("js", "ndjson")
      const texts = Array.from({ length: 30 }, (_, index) => `text ${index}`)
      const replies = yield* Effect.forEach(texts, (text) => Stream.runCollect(js(written(text))), {
        concurrency: "unbounded"
      })
      expect(replies.map(Chunk.toReadonlyArray)).toEqual(texts.map((text) => [{ text, format: "plain" }]))
      expect(yield* js.health ?? Effect.fail("no health")).toMatchObject([{ state: "working" }])
    })
  )

  it("names the variables and the fields, all of them and no other", () => {
    expect(quoted(sentence("The environment has `HOLDFAST_EVENT`").split(";")[0] ?? "")).toEqual(Environment.names)
    const fields = rows(heading).flatMap(([names = ""]) => quoted(names))
    const asked = Object.keys(Wire.Told.fields)
    const said = ["text", "format", "piece", "media", "buttons", "error", "retryable", "silent", "id", "done", "cancel"]
    const fetched = ["fetch", "fetched", "base64"]
    expect(new Set(fields)).toEqual(new Set([...asked, ...said, ...fetched]))
  })
})
