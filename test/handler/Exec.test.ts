import { describe, expect, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Stream } from "effect"
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import type { Event } from "../../src/domain/Event.ts"
import * as Exec from "../../src/handler/Exec.ts"
import * as CommandLine from "../../src/handler/Exec/CommandLine.ts"
import type { Handler } from "../../src/handler/Handler.ts"
import * as Programs from "../../src/node/Programs.ts"
import { served } from "./downloads.ts"
import { joined, pressed, written } from "./events.ts"

const folder = mkdtempSync(join(tmpdir(), "holdfast-exec-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bash = (script: string) => ({ file: "bash", args: ["-c", script] })

const opened = (script: string, options: Partial<Exec.Options> = {}) =>
  Exec.make({ command: bash(script), name: "bot", ...options }).pipe(
    Effect.provide(Programs.layer),
    Effect.map((handler) => served(handler))
  )

const answers = (handler: Handler, event: Event) => Effect.map(Stream.runCollect(handler(event)), Chunk.toReadonlyArray)

/** What a bash script answers to one event. */
const answered = (script: string, event: Event, options: Partial<Exec.Options> = {}) =>
  Effect.flatMap(opened(script, options), (handler) => answers(handler, event))

const texts = (replies: ReadonlyArray<unknown>) => replies.map((reply) => reply && Object(reply).text)

/** Processes by the numbers that they wrote into a file of this name. */
const pids = (name: string) => readFileSync(join(folder, name), "utf8").trim().split("\n").map(Number)

const lives = (pid: number): boolean => {
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, "utf8"))
}

const gone = (name: string) =>
  Effect.sync(() => pids(name).filter(lives)).pipe(
    Effect.delay("10 millis"),
    Effect.repeat({ until: (left) => left.length === 0 }),
    Effect.timeout("2 seconds")
  )

describe.concurrent("a program that is started for each message", () => {
  it.scopedLive("is given what was written, letter for letter, and what it writes is the answer", () =>
    Effect.gen(function* () {
      const cat = yield* opened("cat")
      const tricky = `it's "$(touch ${folder}/touched)"; \`id\` | $HOME && ~ * \\ -n 你好\n`
      expect(texts(yield* answers(cat, written(tricky)))).toEqual([tricky.trimEnd()])
      expect(existsSync(join(folder, "touched"))).toBe(false)
      expect(yield* answers(cat, pressed("yes"))).toEqual([{ text: "yes", format: "plain" }])
      expect(yield* answers(cat, joined)).toEqual([])
      expect(yield* answered("printf '*hi*\\n\\n'", written("x"), { format: "markdown" })).toEqual([
        { text: "*hi*", format: "markdown" }
      ])
      expect(yield* answered("echo; echo ' '", written("x"))).toEqual([])
    })
  )

  it.scopedLive("is told what happened, and sees nothing of our environment but what every program needs", () =>
    Effect.gen(function* () {
      process.env["HOLDFAST_PLANTED_SECRET"] = "pl4nted"
      const [environment = ""] = texts(yield* answered("env", written("x"), { environment: { GIVEN: "1" } }))
      expect(environment).not.toContain("pl4nted")
      const values = Object.fromEntries(
        String(environment)
          .split("\n")
          .map((line) => line.split("=", 2))
      )
      expect(values).toMatchObject({
        GIVEN: "1",
        PATH: process.env["PATH"],
        HOLDFAST_EVENT: "MessageReceived",
        HOLDFAST_EVENT_ID: "e1",
        HOLDFAST_ACCOUNT: "qq:main",
        HOLDFAST_PLATFORM: "qq",
        HOLDFAST_CONVERSATION: "qq:main/c2c:1",
        HOLDFAST_CONVERSATION_KIND: "direct",
        HOLDFAST_SENDER: "someone",
        HOLDFAST_SENDER_NAME: "Some One",
        HOLDFAST_ADDRESSED: "true"
      })
    })
  )

  it.scopedLive.each([
    [3, true],
    [75, true],
    [127, false],
    [64, false]
  ])("that ends with %i says nothing, and its last words are told", ([code, retryable]) =>
    Effect.gen(function* () {
      const script = `echo half; for n in 1 2 3 4 5 6; do echo "line $n" >&2; done; exit ${code}`
      expect(yield* Effect.flip(answered(script, written("x")))).toMatchObject({
        cause: `bot ended with exit code ${code}; the last it said: line 2 | line 3 | line 4 | line 5 | line 6`,
        retryable
      })
    })
  )

  it.scopedLive("that crashes is told by its signal", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(answered("kill -SEGV $$", written("x")))
      expect(failure).toMatchObject({ cause: "bot was ended by SIGSEGV", retryable: true })
    })
  )

  it.scopedLive("has no end within its time, and all of its group ends, whatever it ignores", () =>
    Effect.gen(function* () {
      const script = `trap '' TERM; echo $$ >> ${folder}/late; (trap '' TERM; echo $BASHPID >> ${folder}/late; echo stuck >&2; while :; do sleep 1; done) & while :; do sleep 1; done`
      const failure = yield* Effect.flip(answered(script, written("x"), { within: Duration.seconds(1) }))
      expect(failure).toMatchObject({
        cause: "bot did not answer within 1s, and was ended; the last it said: stuck",
        retryable: false
      })
      expect(pids("late")).toHaveLength(2)
      yield* gone("late")
    })
  )

  it.scopedLive("ends with all of its group when nobody waits for its answer any more (F51)", () =>
    Effect.gen(function* () {
      const script = `echo $$ > ${folder}/left; sleep 60 & echo $! >> ${folder}/left; wait`
      const begun = Effect.sync(() => existsSync(join(folder, "left")) && pids("left").length === 2).pipe(
        Effect.delay("10 millis"),
        Effect.repeat({ until: (both) => both })
      )
      yield* Effect.raceFirst(answered(script, written("x")), begun)
      yield* gone("left")
    })
  )

  it.scopedLive(
    "that writes a gigabyte is ended with all of its group, and costs another conversation nothing (F70)",
    () =>
      Effect.gen(function* () {
        const script = `read -r line; if [ "$line" = flood ]; then echo $$ > ${folder}/flood; head -c 1000000000 /dev/zero; else echo "$line"; fi`
        const handler = yield* opened(script)
        const before = process.memoryUsage().rss
        const [failure, replies] = yield* Effect.all(
          [Effect.flip(answers(handler, written("flood\n"))), answers(handler, written("hello\n"))],
          { concurrency: 2 }
        )
        expect(failure).toMatchObject({
          cause: "bot wrote more than 1000000 bytes in answer to one event",
          retryable: false
        })
        expect(texts(replies)).toEqual(["hello"])
        expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
        yield* gone("flood")
      })
  )

  it.scopedLive("may write a log without end, which it has to wait for", () =>
    Effect.gen(function* () {
      const began = process.cpuUsage()
      const failure = yield* Effect.flip(answered("yes >&2", written("x"), { within: Duration.seconds(1) }))
      expect(failure.cause).toMatch(/^bot did not answer within 1s, and was ended; the last it said: y/)
      expect(process.cpuUsage(began).user).toBeLessThan(2e6)
    })
  )

  it.scopedLive("need not read what it is given", () =>
    Effect.gen(function* () {
      const long = written("x".repeat(2_000_000))
      expect(texts(yield* answered("exec 0<&-; echo done", long))).toEqual(["done"])
      expect(texts(yield* answered("echo done", long))).toEqual(["done"])
    })
  )

  it.scopedLive("is answered by, though it leaves behind what keeps its output open, which ends with it", () =>
    Effect.gen(function* () {
      const script = `sleep 60 & echo $! > ${folder}/behind; echo hello`
      expect(texts(yield* answered(script, written("x")))).toEqual(["hello"])
      yield* gone("behind")
      // what comes a little later than its end is its answer all the same
      expect(texts(yield* answered("(sleep 0.3; echo late) & echo soon", written("x")))).toEqual(["soon\nlate"])
    })
  )

  it.scopedLive("runs for no more events at once than it may", () =>
    Effect.gen(function* () {
      const script = `mkdir ${folder}/busy || exit 9; sleep 0.05; rmdir ${folder}/busy; echo ok`
      const handler = yield* opened(script, { concurrency: 1 })
      const all = yield* Effect.forEach([1, 2, 3, 4], () => answers(handler, written("x")), { concurrency: 4 })
      expect(all.flatMap(texts)).toEqual(["ok", "ok", "ok", "ok"])
    })
  )

  it.scopedLive("is tried again later when it is not there, or may not be run, which status says until it is", () =>
    Effect.gen(function* () {
      const file = join(folder, "later.sh")
      const handler = yield* opened("", { command: { file, args: [] } })
      const health = Effect.map(handler.health ?? Effect.succeed([]), ([one]) => one)
      expect(yield* health).toMatchObject({ handler: "bot", state: "working" })
      const missing = yield* Effect.flip(answers(handler, written("x")))
      expect(missing).toMatchObject({
        cause: expect.stringMatching(/^there is no program .*later\.sh/),
        retryable: true,
        // it is not the event that is to blame: that costs it no attempt
        until: expect.any(Number)
      })
      expect(yield* health).toMatchObject({ state: "failing", cause: missing.cause })
      writeFileSync(file, "#!/bin/sh\necho here")
      // those that come meanwhile do not try, which would be work
      expect(yield* Effect.flip(answers(handler, written("x")))).toMatchObject({ cause: missing.cause })
      yield* Effect.sleep("1 second")
      const refused = yield* Effect.flip(answers(handler, written("x")))
      expect(refused.cause).toMatch(/later\.sh may not be run: make it executable/)
      chmodSync(file, 0o755)
      yield* Effect.sleep("1 second")
      expect(texts(yield* answers(handler, written("x")))).toEqual(["here"])
      expect(yield* health).toMatchObject({ handler: "bot", state: "working" })
    })
  )

  it.scopedLive("is a line that a shell reads where that is asked for, and what was written is no part of it", () =>
    Effect.gen(function* () {
      const command = CommandLine.shell("tr a-z A-Z | tr 1 2")
      expect(texts(yield* answered("", written("a1; $(id)"), { command }))).toEqual(["A2; $(ID)"])
    })
  )
})

const python = (body: string) => ({
  file: "python3",
  args: ["-c", `import sys, json\nasked = json.loads(sys.stdin.readline())\n${body}`]
})

describe.concurrent("a program that speaks JSON", () => {
  it.scopedLive("is given the whole event, and each line that it writes is a reply, or a piece of one", () =>
    Effect.gen(function* () {
      const body = [
        "def say(**reply): print(json.dumps(reply), flush=True)",
        "say(text='%s %s' % (asked['version'], asked['conversation']))",
        "print()",
        "say(piece='to')",
        "say(piece='ken', format='markdown')",
        "say(text=asked['event']['text'], format='markdown', buttons=[[{'label': 'yes', 'data': 'y'}], [{'label': 'more', 'url': 'https://example.org'}]])",
        "say(media={'kind': 'image', 'base64': 'AAEC', 'name': 'a.png'})",
        "say(media={'kind': 'file', 'url': 'https://example.org/a'}, text='look')",
        "sys.stdout.write(json.dumps({'text': 'no newline'}))"
      ].join("\n")
      const replies = yield* answered("", written("*hi*"), { command: python(body), mode: "json" })
      expect(replies).toEqual([
        { text: "1 qq:main/c2c:1", format: "plain" },
        { piece: "to", format: "plain" },
        { piece: "ken", format: "markdown" },
        {
          text: "*hi*",
          format: "markdown",
          buttons: [
            [{ _tag: "Press", label: "yes", data: "y" }],
            [{ _tag: "Link", label: "more", url: "https://example.org" }]
          ]
        },
        {
          text: "",
          format: "plain",
          media: { kind: "image", source: { _tag: "Bytes", bytes: new Uint8Array([0, 1, 2]) }, name: "a.png" }
        },
        {
          text: "look",
          format: "plain",
          media: { kind: "file", source: { _tag: "Url", url: "https://example.org/a" } }
        },
        { text: "no newline", format: "plain" }
      ])
    })
  )

  it.scopedLive("is heard while it still works", () =>
    Effect.gen(function* () {
      const handler = yield* opened(`echo '{"piece":"a"}'; sleep 5`, { mode: "json" })
      const first = yield* Stream.runHead(handler(written("x"))).pipe(Effect.timeout("3 seconds"))
      expect(first).toMatchObject({ value: { piece: "a" } })
    })
  )

  it.scopedLive("is not understood when it writes anything else, which is told", () =>
    Effect.gen(function* () {
      const failure = Effect.flip(
        answered(`echo '{"text":"a"}'; echo '{"txt":"secret"}'`, written("x"), { mode: "json" })
      )
      const cause = "line 2 of what it answers is not understood: it wants text, or media to show"
      expect(yield* failure).toMatchObject({ cause, retryable: false })
    })
  )

  it.scopedLive("may say that there is no answer, and whether it is of use to ask again, and whom it concerns", () =>
    Effect.gen(function* () {
      const said = (line: string) => Effect.either(answered(`echo '${line}'`, written("x"), { mode: "json" }))
      expect(yield* said('{"error":"busy"}')).toMatchObject({ left: { cause: "busy", retryable: true, silent: false } })
      expect(yield* said('{"error":"no","retryable":false,"silent":true}')).toMatchObject({
        left: { cause: "no", retryable: false, silent: true }
      })
    })
  )
})
