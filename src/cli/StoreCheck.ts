import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { accessSync, constants, existsSync, statfsSync } from "node:fs"
import { dirname } from "node:path"
import type { Inspection } from "../adapter/Platform.ts"
import * as Survey from "../delivery/SqlStore/Survey.ts"
import * as StatusLine from "../gateway/StatusLine.ts"
import * as Beside from "./Beside.ts"
import type { StoreUrl } from "./StoreUrl.ts"

/** What there is to say of a store: as of an account. */
export type StoreInspection = Omit<Inspection, "account">

const good = (...lines: ReadonlyArray<string>): StoreInspection => ({ good: lines, doubts: [] })

const trouble = (text: string, remedy: string, configuration: boolean): StoreInspection => ({
  good: [],
  doubts: [],
  problem: { text, remedy, configuration }
})

/** The nearest folder above a path that is there. */
const above = (path: string): string => {
  const folder = dirname(path)
  return existsSync(folder) || folder === path ? folder : above(folder)
}

const toBeMade = (path: string): Effect.Effect<StoreInspection> =>
  Effect.try(() => accessSync(above(path), constants.W_OK)).pipe(
    Effect.match({
      onSuccess: () => good("it is not there yet; the first run makes it"),
      onFailure: () =>
        trouble(
          `it is not there, and this user may write nothing in ${above(path)}`,
          "give this user the right to, or set HOLDFAST_STORE_URL",
          true
        )
    })
  )

/** A store of a bot of a few people is smaller. */
const enough = 16_000_000

/** What to say of a disk on which so many bytes are left. */
export const room = (free: number): ReadonlyArray<string> =>
  free >= enough ? [] : [`${Math.floor(free / 1000)} kB are left on its disk, or of the quota: make room`]

/** The same of the disk that a file is on, or will be; nothing of one that does not tell. */
const roomFor = (path: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.try(() => statfsSync(above(path))).pipe(
    Effect.map(({ bavail, bsize }) => room(bavail * bsize)),
    Effect.orElseSucceed(() => [])
  )

const words: Readonly<Record<string, readonly [one: string, many: string, still: string]>> = {
  inbox: ["event", "events", "to be handled"],
  outbox: ["message", "messages", "to be said"]
}

/** What a queue holds, in words. */
export const contents = (now: number, { dead, oldest, queue, waiting }: Survey.Contents): string => {
  const [one, many, still] = words[queue] ?? [`item of ${queue}`, `items of ${queue}`, "to be worked on"]
  const age = oldest === undefined ? "" : `, the oldest for ${StatusLine.span(Math.max(0, now - oldest))}`
  return `${waiting} ${waiting === 1 ? `${one} waits` : `${many} wait`} ${still}${age}; ${dead} ${dead === 1 ? "is" : "are"} put aside`
}

const found = ({ queues, version }: Survey.Survey): Effect.Effect<StoreInspection> =>
  version === 0
    ? Effect.succeed(good("it is empty; the first run makes its tables"))
    : Effect.map(Clock.currentTimeMillis, (now) =>
        good(
          `it can be written, and is of version ${version}`,
          ...(queues.length === 0 ? ["nothing waits in it"] : queues.map((queue) => contents(now, queue)))
        )
      )

/** Looks at a store as it is, beside a program that may be running on it, and changes nothing. */
export const inspect = (url: StoreUrl): Effect.Effect<StoreInspection> => {
  if (url._tag === "Memory")
    return Effect.succeed({
      good: [],
      doubts: ["what waits is lost when the process ends, and the next one cannot resume a session"]
    })
  const left = url._tag === "Sqlite" ? roomFor(url.path) : Effect.succeed([])
  return Effect.flatMap(Beside.use(url, Survey.survey), found).pipe(
    Effect.catchTags({
      Absent: () => toBeMade(url._tag === "Sqlite" ? url.path : ""),
      StoreTooNew: ({ message }) => Effect.succeed(trouble(message, "it is refused by holdfast run", true)),
      DriverMissing: ({ message }) => Effect.succeed(trouble(message, "without it holdfast run does not start", true)),
      StoreRefused: ({ cause, lasting }) =>
        Effect.succeed(
          lasting === true
            ? trouble(
                cause,
                "holdfast run does not start until that is mended, or HOLDFAST_STORE_URL names another",
                true
              )
            : trouble(cause, "holdfast run waits until that has passed", false)
        )
    }),
    Effect.zipWith(left, (said, left) => ({ ...said, doubts: [...said.doubts, ...left] }))
  )
}
