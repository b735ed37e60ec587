import { describe, expect, it } from "vitest"
import manifest from "../../package.json" with { type: "json" }
import { Program } from "./program.ts"

const printed = async (...args: ReadonlyArray<string>) => {
  const program = new Program(args)
  const code = await program.ended
  return { code, stdout: program.stdout, stderr: program.stderr }
}

describe("holdfast", () => {
  it.each([
    [
      ["dead", "retry", "--help"],
      ["--all", "--account", "--queue", "another life"]
    ],
    [
      ["dead", "--help"],
      ["list", "show", "retry", "drop"]
    ],
    [
      ["queue", "--help"],
      ["--json", "wait"]
    ],
    [
      ["send", "--help"],
      ["--key", "--markdown", "qq:main/c2c:OPENID"]
    ],
    [
      ["--help"],
      ["run", "check", "queue", "dead list", "send", "store backup", "simulate qq", "simulate telegram", "--port"]
    ],
    [[], ["run", "check", "simulate qq"]],
    [
      ["run", "--help"],
      ["--json", "simulated platform"]
    ],
    [
      ["check", "--help"],
      ["--json", "78"]
    ],
    [
      ["store", "backup", "--help"],
      ["<file>", "--json", "copy"]
    ],
    [
      ["simulate", "--help"],
      ["simulate", "qq", "telegram"]
    ],
    [
      ["simulate", "qq", "--help"],
      ["--port", "--json"]
    ],
    [
      ["simulate", "telegram", "--help"],
      ["--port", "--json", "Telegram"]
    ]
  ])("%j explains itself, without colours when nobody looks", async (args, words) => {
    const { code, stderr, stdout } = await printed(...args)
    expect(code).toBe(0)
    expect(stderr).toBe("")
    for (const word of words) expect(stdout).toContain(word)
    expect(stdout).not.toContain("\u001b")
  })

  it("--version is the package's", async () => {
    expect(await printed("--version")).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: "" })
  })

  it.each([
    [["rnu"], "holdfast --help"],
    [["run", "--jsno"], "holdfast run --help"],
    [["timeline"], "holdfast timeline --help"],
    [["status", "--nonsense"], "there is no option --nonsense"],
    [["simulate", "telegraph"], "holdfast simulate --help"],
    [["simulate", "qq", "--port", "x"], "holdfast simulate --help"]
  ])("%j is refused, and where help is to be found is said", async (args, where) => {
    const { code, stderr, stdout } = await printed(...args)
    expect(code).toBe(1)
    expect(stdout).toBe("")
    expect(stderr).toContain(where)
  })
})
