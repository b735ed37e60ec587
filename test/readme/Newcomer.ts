import { Effect, Redacted } from "effect"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import manifest from "../../package.json" with { type: "json" }
import * as SimulatorServer from "../../src/node/SimulatorServer.ts"
import * as QQSimulator from "../../src/platforms/qq/Simulator.ts"
import * as TelegramSimulator from "../../src/platforms/telegram/Simulator.ts"
import { folder } from "../cli/program.ts"

const root = join(import.meta.dirname, "../..")

/** A QQ platform for as long as the test runs, and the variables that point a bot of its there. */
export const platform = Effect.gen(function* () {
  const simulator = yield* QQSimulator.make()
  const { url } = yield* SimulatorServer.serve(simulator)
  const { appId, secret } = QQSimulator.defaultBot
  const env = { QQ_APP_ID: appId, QQ_CLIENT_SECRET: Redacted.value(secret), QQ_ACCESS: "open" }
  return { simulator, env: { ...env, QQ_TOKEN_BASE_URL: url, QQ_API_BASE_URL: url } }
})

/** The same of Telegram. */
export const telegram = Effect.gen(function* () {
  const simulator = yield* TelegramSimulator.make()
  const { url } = yield* SimulatorServer.serve(simulator)
  const env = { TELEGRAM_BOT_TOKEN: Redacted.value(TelegramSimulator.defaultBot.token), TELEGRAM_ACCESS: "open" }
  return { simulator, env: { ...env, TELEGRAM_API_BASE_URL: url } }
})

/** An empty strict project beside the repository, with this package and its peers, and one file. */
export const project = (file: string, text: string): string => {
  const path = folder()
  const packages = [...Object.keys(manifest.peerDependencies), "@types/node"]
  for (const [name, target] of [
    ["holdfast", root],
    ...packages.map((name) => [name, join(root, "node_modules", name)])
  ]) {
    const link = join(path, "node_modules", name ?? "")
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(target ?? "", link)
  }
  const compilerOptions = { module: "NodeNext", target: "ES2022", strict: true, skipLibCheck: true, types: ["node"] }
  writeFileSync(join(path, "package.json"), JSON.stringify({ type: "module", private: true }))
  writeFileSync(join(path, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }))
  writeFileSync(join(path, file), text)
  return path
}

const span = String.raw`(?:\d+m?s ?)+`

/** A line that the program prints, as a pattern: how long things take differs. */
export const shape = (line: string): RegExp =>
  new RegExp(line.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replace(/\b(?:\d+m?s ?)+\b/g, span))
