import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

const versions = "/usr/lib/postgresql"

/** Where this machine has a PostgreSQL server that can be started, if it has one. */
const programs = ((): string | undefined => {
  if (!existsSync(versions)) return undefined
  const folders = readdirSync(versions).map((version) => join(versions, version, "bin"))
  return folders
    .toSorted()
    .findLast((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")))
})()

/** Why there is no PostgreSQL to test against; undefined when there is one. */
export const missing: string | undefined =
  process.env["TEST_POSTGRES_URL"] === undefined && programs === undefined
    ? `TEST_POSTGRES_URL is not set and there is no server in ${versions}`
    : undefined

/** A server may not run as root, so there it runs as the user that came with it. */
const user = (): { readonly uid?: number; readonly gid?: number } => {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }))
  return { uid: id("-u"), gid: id("-g") }
}

export interface Server {
  readonly url: string
  /** Stops it at once, as a power cut does; what is told to have been committed stays. */
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  readonly remove: () => Promise<void>
}

/** A server of our own, in a temporary directory, which listens on a socket in it. */
export const server = async (): Promise<Server> => {
  if (programs === undefined) throw new Error(missing)
  const bin = programs
  const owner = user()
  const folder = mkdtempSync(join(tmpdir(), "holdfast-pg-"))
  if (owner.uid !== undefined && owner.gid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, "data")
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "holdfast", "-A", "trust", "-E", "UTF8", "--no-sync"], {
    ...owner,
    cwd: folder,
    stdio: "ignore"
  })
  let running: ReturnType<typeof spawn> | undefined
  const ready = () => {
    try {
      execFileSync(join(bin, "pg_isready"), ["-h", folder, "-U", "holdfast", "-d", "postgres"], { stdio: "ignore" })
      return true
    } catch {
      return false
    }
  }
  const start = async () => {
    running = spawn(join(bin, "postgres"), ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"], {
      ...owner,
      cwd: folder,
      stdio: "ignore"
    })
    while (!ready()) await sleep(50)
  }
  const stop = async () => {
    if (running === undefined) return
    const ended = once(running, "exit")
    running.kill("SIGQUIT")
    await ended
    running = undefined
  }
  await start()
  return {
    url: `postgresql://holdfast@/postgres?host=${encodeURIComponent(folder)}`,
    start,
    stop,
    remove: async () => {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
