import { afterAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Variables from "../../src/cli/Variables.ts"
import { words } from "../../src/handler/Llm/Words.ts"
import { consequences, statuses } from "../../src/handler/Llm/Failure.ts"
import { folder, Program, tidy } from "../cli/program.ts"
import * as served from "../cli/served.ts"
import { says, serve, status } from "../handler/Llm/server.ts"
import { lines, section } from "./Readme.ts"

const heading = "## A model that answers"
const key = "sk-secret-9876543210"
const person = `c2c:${"7".repeat(32)}`

afterAll(tidy)

/** What the block exports, as a shell reads it. */
const exported = () => {
  const [, block = ""] = /```sh\n([\s\S]*?)```/.exec(section(heading)) ?? []
  const given = [...block.matchAll(/(\w+)=(?:'([^']*)'|(\S+))/g)].map(([, name = "", quoted, bare]) => [
    name,
    quoted ?? bare ?? ""
  ])
  return { commands: lines(block).filter((line) => !line.startsWith("export ")), env: Object.fromEntries(given) }
}

describe("the README's model", () => {
  it.scopedLive("answers in a bot that is set up so, and knows after a restart what was said before it", () =>
    Effect.gen(function* () {
      const { commands, env } = exported()
      expect(commands).toEqual(["node dist/bin/holdfast.js run"])
      expect(Object.keys(env).filter((name) => !Variables.understood(new Map()).has(name))).toEqual([])
      const model = yield* serve
      const qq = yield* served.qq
      const home = folder()
      const start = () =>
        new Program(["run"], {
          cwd: home,
          env: {
            ...env,
            ...qq.env,
            HOME: home,
            HOLDFAST_LLM_URL: model.url,
            HOLDFAST_LLM_KEY: key,
            HOLDFAST_LOG_LEVEL: "trace"
          }
        })
      const hear = (text: string) => qq.simulator.hear({ conversation: person, text })
      /** Waits until people see so many answers, of which the last is this one, whole. */
      const shown = (count: number, text: string) =>
        qq.simulator.said.pipe(
          Effect.delay("20 millis"),
          Effect.repeat({ until: (said) => said.at(-1)?.text === text }),
          Effect.map((said) => expect(said).toHaveLength(count))
        )
      const first = start()
      yield* Effect.promise(() => first.says(/connected as/))
      model.scripts.push(says(["Hello ", "Ann"]))
      yield* hear("I am Ann")
      yield* shown(1, "Hello Ann")
      first.signal("SIGTERM")
      expect(yield* Effect.promise(() => first.ended)).toBe(0)

      const second = start()
      yield* Effect.promise(() => second.says(/connected as/))
      model.scripts.push(status(429, {}, { "retry-after": "1" }), says(["You are Ann"]))
      yield* hear("who am I?")
      yield* shown(2, "You are Ann")
      const { system, ...rest } = { system: env["HOLDFAST_LLM_SYSTEM"], model: env["HOLDFAST_LLM_MODEL"] }
      expect(model.asked.at(-1)?.body).toMatchObject({
        ...rest,
        messages: [
          { role: "system", content: system },
          { role: "user", content: "I am Ann" },
          { role: "assistant", content: "Hello Ann" },
          { role: "user", content: "who am I?" }
        ]
      })

      model.scripts.push(status(401, { code: "invalid_api_key", message: `Incorrect API key provided: ${key}` }))
      yield* hear("and now?")
      yield* shown(3, words.en.unwell)
      yield* Effect.promise(() => second.says(/was put aside: the model \S+ failed \(Unauthorized\): it answered 401/))
      yield* hear("/new")
      yield* shown(4, words.en.forgotten)
      expect(first.output + second.output).not.toContain(key)
    })
  )

  it("fails as its table says", () => {
    const [retried = "", , refused = ""] = lines(section(heading))
      .filter((line) => line.startsWith("|"))
      .slice(2)
    const named = (row: string) => [...row.matchAll(/\b[45]\d\d\b/g)].map(([code]) => Number(code))
    const retryable = (code: number) => consequences[statuses[code] ?? "Rejected"].retryable
    expect(named(retried).length + named(refused).length).toBeGreaterThan(6)
    expect(named(retried).filter((code) => !retryable(code))).toEqual([])
    expect(named(refused).filter(retryable)).toEqual([])
  })
})
