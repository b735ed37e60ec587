import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "esbuild"
import { describe, expect, it } from "vitest"
import { folder, Program } from "./program.ts"

const main = fileURLToPath(new URL("../../src/cli/Process.ts", import.meta.url))
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url))

/** A program of its own, launched as ours is. */
const launched = async (body: string): Promise<Program> => {
  const directory = folder()
  const file = join(directory, "program.mjs")
  writeFileSync(
    join(directory, "program.ts"),
    `import * as Effect from "effect/Effect"
import { Ended, launch } from ${JSON.stringify(pathToFileURL(main).pathname)}
const say = (text: string) => Effect.sync(() => void process.stdout.write(text + "\\n"))
launch(${body})`
  )
  await build({
    entryPoints: [join(directory, "program.ts")],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    nodePaths: [modules],
    logLevel: "error"
  })
  return new Program([], { command: [file] })
}

describe.concurrent("Process", () => {
  it("exits with what the program ends with", async () => {
    expect(await (await launched("Effect.void")).ended).toBe(0)
    expect(await (await launched("Effect.fail(new Ended(78))")).ended).toBe(78)
  })

  it("a mistake of ours is told and asks for a fresh start", async () => {
    const program = await launched('Effect.die(new Error("oops"))')
    expect(await program.ended).toBe(75)
    expect(program.stderr).toContain("oops")
  })

  it("something that breaks outside every fiber is told and asks for a fresh start (F90)", async () => {
    const program = await launched(
      'Effect.sync(() => { setTimeout(() => { throw new Error("astray") }, 10) }).pipe(Effect.zipRight(Effect.never))'
    )
    expect(await program.ended).toBe(75)
    expect(program.stderr).toContain("astray")
  })

  it("a program that nothing keeps alive has not ended well (F60)", async () => {
    const program = await launched("Effect.async<void>(() => {})")
    expect(await program.ended).toBe(75)
  })

  it("a program that ended does not linger because something is still open (F53)", async () => {
    const program = await launched("Effect.sync(() => { setInterval(() => {}, 60_000) })")
    expect(await program.ended).toBe(0)
  })

  it("a teardown that never returns is cut short from outside (F17, F103)", async () => {
    const program = await launched(
      'Effect.ensuring(Effect.zipRight(say("up"), Effect.never), Effect.zipRight(say("down"), Effect.never))'
    )
    await program.says(/up/)
    program.signal("SIGTERM")
    await program.says(/down/)
    expect(await program.ended).toBe(1)
  })
})
