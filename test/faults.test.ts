import { describe, expect, it } from "vitest"
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"

/** The ways of going deaf, lying and losing that are told apart: F01 to F106. */
const last = 106
const known: ReadonlyArray<string> = Array.from(
  { length: last },
  (_, index) => `F${String(index + 1).padStart(2, "0")}`
)

/** What has befallen those who poll, and Telegram's bots above all: each is proved where Telegram is, or where every platform is. */
const polled = ["F06", "F10", "F11", "F26", "F31", "F41", "F54", "F69", "F73", "F74", "F75", "F78", "F81", "F85"]

/** From one id to another. */
const span = (first: number, last: number): ReadonlyArray<string> => known.slice(first - 1, last)

/** Two owners of one account, and messages lost, repeated or stuck, whatever becomes of the process that has them. */
const delivered = [...span(54, 57), ...span(71, 88), ...span(95, 98)]

/** Being started, supervised and stopped; an event loop that is blocked, a watchdog that kills what is healthy, queues that fill. */
const kept = span(58, 70)

/** Sessions, security, contracts, several accounts, and what a second look found. */
const operated = [...span(87, 94), ...span(99, 106)]

/** Death that nobody hears of, giving up, lies about state, leaks and doubles: what this gateway is for. */
const required = Array.from(new Set([...span(1, 53), ...polled, ...delivered, ...kept, ...operated]))

/** Those among them that cannot happen to an account here, so that there is nothing a test could make happen. */
const excused: Readonly<Record<string, string>> = {
  F12: "nothing stands between the dispatcher and its handlers that could stall unseen: each handler has a deadline (F70, F87), and how old the oldest is that waits is measured"
}

const root = join(import.meta.dirname, "..")

/** Test files, and the suites that tests of several rooms share. */
const files = ["test", "src/testing"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts") || (folder === "src/testing" && file.endsWith(".ts")))
    .map((file) => join(root, folder, file))
    .filter((file) => file !== import.meta.filename)
)

const literal = /"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g
const mark = /\((F\d{2,3}(?:, F\d{2,3})*)\)/g

interface Proof {
  readonly id: string
  readonly file: string
  readonly title: string
}

const proofsIn = (file: string, source: string): ReadonlyArray<Proof> =>
  (source.match(literal) ?? []).flatMap((quoted) =>
    Array.from(quoted.matchAll(mark)).flatMap(([all, ids = ""]) =>
      ids.split(", ").map((id) => ({ id, file, title: quoted.slice(1, -1).replace(all, "").trim() }))
    )
  )

const proofs = files.flatMap((file) => proofsIn(relative(root, file), readFileSync(file, "utf8")))

const table = (): string =>
  known
    .map((id) => {
      const mine = proofs.filter((proof) => proof.id === id)
      const why = excused[id] ?? (required.includes(id) ? "MISSING" : "not asked for yet")
      return mine.length === 0 ? `${id}  ${why}` : mine.map(({ file, title }) => `${id}  ${file}: ${title}`).join("\n")
    })
    .join("\n")

describe("the faults that must be impossible", () => {
  it("are looked for in the titles of all tests", () => {
    process.stdout.write(`${table()}\n`)
    expect(files.length).toBeGreaterThan(50)
    expect(
      proofsIn("x", 'it("does, as it says (F01, F99)", ...)\nit(`may (F1) not (F105)`)').map(({ id }) => id)
    ).toEqual(["F01", "F99", "F105"])
  })

  it("are named by ids that exist", () => {
    expect(proofs.filter(({ id }) => !known.includes(id))).toEqual([])
  })

  it("are, where somebody polls, proved of Telegram", () => {
    const ofTelegram = /(?:^|\/)telegram\/|^test\/story\/[^/]+$|^src\/testing\//
    const proved = new Set(proofs.flatMap(({ file, id }) => (ofTelegram.test(file) ? [id] : [])))
    expect(polled.filter((id) => !proved.has(id))).toEqual([])
  })

  it("are each proved by a test, or excused for a reason", () => {
    const proved = new Set(proofs.map(({ id }) => id))
    expect(required.filter((id) => !proved.has(id) && !Object.hasOwn(excused, id))).toEqual([])
    expect(Object.keys(excused).filter((id) => proved.has(id) || !required.includes(id))).toEqual([])
  })
})
