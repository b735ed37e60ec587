import { describe, it } from "@effect/vitest"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect } from "vitest"
import * as Environment from "../../src/cli/Environment.ts"
import { folder } from "./program.ts"

const complaintsOf = (variables: Record<string, string>, directory = folder()) =>
  Environment.read(variables, directory).pipe(
    Effect.flatMap(({ whole }) => whole),
    Effect.flip,
    Effect.map((error) => Environment.complaints(error, new Map(Object.entries(variables))))
  )

describe("Environment", () => {
  it.effect("takes from .env what the process does not have", () =>
    Effect.gen(function* () {
      const directory = folder()
      writeFileSync(
        join(directory, ".env"),
        "# mine\nQQ_APP_ID=1\nQQ_ACCESS='open' # all\nexport HOLDFAST_LOG_LEVEL=debug\n"
      )
      const { provider, values } = yield* Environment.read({ QQ_APP_ID: "2", EMPTY: undefined }, directory)
      expect(Object.fromEntries(values)).toEqual({ QQ_APP_ID: "2", QQ_ACCESS: "open", HOLDFAST_LOG_LEVEL: "debug" })
      const nested = Config.nested(Config.string("LEVEL"), "LOG").pipe(Config.nested("HOLDFAST"))
      expect(yield* Effect.withConfigProvider(nested, provider)).toBe("debug")
    })
  )

  it.effect("a .env that is there and cannot be read is a mistake, not nothing", () =>
    Effect.gen(function* () {
      const directory = folder()
      mkdirSync(join(directory, ".env"))
      expect(yield* complaintsOf({}, directory)).toEqual([
        `.env: "${join(directory, ".env")}" cannot be read: it is a folder (EISDIR)`
      ])
    })
  )

  it.effect("a secret in a file that .env names is read, for an account of its own too", () =>
    Effect.gen(function* () {
      const directory = folder()
      const file = join(directory, "secret")
      writeFileSync(file, "\n s3cret \n")
      writeFileSync(join(directory, ".env"), `QQ_ACCOUNTS=test\nQQ_TEST_CLIENT_SECRET_FILE=${file}\n`)
      const { values } = yield* Environment.read({}, directory)
      expect(values.get("QQ_TEST_CLIENT_SECRET")).toBe("s3cret")
    })
  )

  it.effect("a file that is not there is a complaint by the variable's name", () =>
    Effect.gen(function* () {
      const file = join(folder(), "nowhere")
      expect(yield* complaintsOf({ QQ_CLIENT_SECRET_FILE: file })).toEqual([
        `QQ_CLIENT_SECRET_FILE: "${file}" cannot be read: it is not there (ENOENT)`
      ])
    })
  )

  it.effect("a file that cannot be read is in nobody's way who does not need it", () =>
    Effect.gen(function* () {
      const file = join(folder(), "nowhere")
      const { provider } = yield* Environment.read({ QQ_CLIENT_SECRET_FILE: file, QQ_APP_ID: "1" }, folder())
      expect(yield* Effect.withConfigProvider(Config.string("QQ_APP_ID"), provider)).toBe("1")
      const asked = Config.option(Config.string("QQ_CLIENT_SECRET"))
      const error = yield* Effect.flip(Effect.withConfigProvider(asked, provider))
      expect(Environment.complaints(error, new Map())).toEqual([
        `QQ_CLIENT_SECRET_FILE: "${file}" cannot be read: it is not there (ENOENT)`
      ])
    })
  )

  it.effect("each file that cannot be read is a complaint", () =>
    Effect.gen(function* () {
      const file = folder()
      expect(yield* complaintsOf({ QQ_CLIENT_SECRET_FILE: file, HOLDFAST_API_TOKEN_FILE: file })).toEqual([
        `QQ_CLIENT_SECRET_FILE: "${file}" cannot be read: it is a folder (EISDIR)`,
        `HOLDFAST_API_TOKEN_FILE: "${file}" cannot be read: it is a folder (EISDIR)`
      ])
    })
  )

  it.effect("a value and a file for it are one too many", () =>
    Effect.gen(function* () {
      const [line] = yield* complaintsOf({ QQ_CLIENT_SECRET: "geheim", QQ_CLIENT_SECRET_FILE: "x" })
      expect(line).toContain("QQ_CLIENT_SECRET is set as well: unset one of them")
      expect(line).not.toContain("geheim")
    })
  )

  it("a complaint shows what was got, unless it is a secret", () => {
    const got = (name: string) =>
      Environment.complaints(ConfigError.InvalidData([name], "it wants peace"), new Map([[name, "war"]]))
    expect(got("HOLDFAST_CONCURRENCY")).toEqual(['HOLDFAST_CONCURRENCY is "war": it wants peace'])
    expect(got("QQ_CLIENT_SECRET")).toEqual(["QQ_CLIENT_SECRET: it wants peace"])
    expect(got("HTTPS_PROXY")).toEqual(["HTTPS_PROXY: it wants peace"])
  })

  it("a complaint tells of quotation marks that nobody took off", () => {
    const error = ConfigError.InvalidData(["QQ_APP_ID"], "it wants digits")
    expect(Environment.complaints(error, new Map([["QQ_APP_ID", '"17"']]))).toEqual([
      'QQ_APP_ID is ""17"": it wants digits; the quotation marks around it are part of it'
    ])
  })

  it("what is said twice is heard once, and of a tree of reasons only the leaf is told", () => {
    const one = ConfigError.InvalidData(["QQ", "ACCESS"], "(a <-> b)\n└─ Type side\n   └─ either this or that")
    expect(Environment.complaints(ConfigError.And(one, one), new Map())).toEqual(["QQ_ACCESS: either this or that"])
  })
})
