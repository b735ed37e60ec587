import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { createHmac } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Handlers from "../../src/cli/Handlers.ts"
import { Told } from "../../src/handler/Wire.ts"
import { Program } from "../cli/program.ts"
import { conversation, user } from "../cli/operator.ts"
import { freePort } from "../node/freePort.ts"
import { blocks, quoted, rows, section } from "./Readme.ts"

const heading = "## An endpoint that answers"
const secret = "a secret between two"
const key = "in-the-address"

const posted = (url: string, timestamp: number, body: string, signature?: string) => {
  const own = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")
  const headers = { "x-holdfast-timestamp": String(timestamp), "x-holdfast-signature": signature ?? `v1=${own}` }
  return fetch(url, { method: "POST", body, headers }).then(({ status }) => status)
}

describe("the README, of an endpoint that answers", () => {
  it.scopedLive("has one that answers a bot, believes nobody else, and whose absence is told while events wait", () =>
    Effect.gen(function* () {
      const [code = "", ...others] = blocks("mjs")
      expect(others).toEqual([])
      const { command, cwd, said, run, simulator } = yield* user
      const port = yield* freePort
      writeFileSync(join(cwd, "endpoint.mjs"), code.replace("3000", String(port)))
      const open = Effect.promise(async () => {
        const endpoint = new Program([], { command: ["endpoint.mjs"], cwd, env: { HOLDFAST_WEBHOOK_SECRET: secret } })
        await endpoint.says(/listening/)
        return endpoint
      })
      const exported = /```sh\nexport ([\s\S]*?)\n```/.exec(section(heading))?.[1] ?? ""
      const told = Object.fromEntries(exported.split(" ").map((pair) => pair.split("=")))
      const url = `http://127.0.0.1:${port}/`
      expect(told["HOLDFAST_WEBHOOK_URL"]?.replace("3000", String(port))).toBe(url)

      const endpoint = yield* open
      const bot = yield* run({
        ...told,
        HOLDFAST_WEBHOOK_URL: `${url}?key=${key}`,
        HOLDFAST_WEBHOOK_SECRET: secret,
        HOLDFAST_LOG_LEVEL: "trace"
      })
      yield* simulator.hear({ conversation: conversation.slice("qq:main/".length), text: "is it true?" })
      expect(yield* said(1)).toEqual(["You said: is it true?"])
      const now = Math.floor(Date.now() / 1000)
      const forged = yield* Effect.promise(() =>
        Promise.all([
          posted(url, now, "{}", "v1=00"),
          // as long as the right one in letters, and longer in bytes
          posted(url, now, "{}", `v1=${"é".repeat(64)}`),
          posted(url, now - 3600, '{"event":{}}'),
          posted(url, now, '{"event":{"_tag":"ConsentChanged"}}')
        ])
      )
      expect(forged).toEqual([401, 401, 401, 204])

      endpoint.signal("SIGKILL")
      yield* Effect.promise(() => endpoint.ended)
      const people = ["A", "B", "C", "D", "E"].map((letter) => `c2c:${letter.repeat(32)}`)
      for (const person of people) yield* simulator.hear({ conversation: person, text: "are you there?" })
      yield* Effect.promise(() =>
        bot.says(/the handler webhook 127\.0\.0\.1:\d+ failed 5 times in a row: what is heard waits/)
      )
      const status = yield* command(["status"])
      expect(status.stdout).toMatch(/The handler webhook 127\.0\.0\.1:\d+ has failed for \d+s: .*ECONNREFUSED/)
      expect((yield* command(["why"])).stdout).toMatch(/^The handler webhook .*ECONNREFUSED/)
      yield* open
      yield* said(6)
      yield* Effect.promise(() => bot.says(/answers again after/))
      expect((yield* command(["status"])).stdout).not.toContain("The handler")
      for (const hidden of [secret, key]) expect(bot.output + status.stdout).not.toContain(hidden)
    })
  )

  it("names all that is posted, all that may be answered, and its variables", () => {
    const text = section(heading)
    const fields = quoted(/What is posted is JSON:([\s\S]*?)\n\n/.exec(text)?.[1] ?? "")
    for (const field of Object.keys(Told.fields)) expect(fields).toContain(field)
    expect(rows(heading).flatMap(([what = ""]) => quoted(what))).toEqual([
      "application/json",
      "application/x-ndjson",
      "text/event-stream",
      "text/plain",
      "text/markdown",
      "204",
      "202"
    ])
    const variables = Handlers.handlers.find(({ name }) => name === "webhook")?.variables ?? []
    expect(variables.length).toBeGreaterThan(3)
    for (const { name } of variables) expect(text).toContain(name)
  })
})
