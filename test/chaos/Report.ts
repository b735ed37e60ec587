import { told, type Verdict } from "./Oracle.ts"
import type { Sessions } from "./Platform.ts"
import type { Content } from "./Store.ts"

/** What a story comes to. */
export interface Report {
  readonly story: string
  readonly seed: number
  /** what was done to the program, how often */
  readonly happened: Readonly<Record<string, number>>
  /** how many sends may have been in flight when it was done, over all bots of a platform */
  readonly flights: number
  /** how many messages the program died of so often that it must have put them aside, whatever their platform */
  readonly poisoned: number
  readonly verdicts: ReadonlyArray<{
    readonly platform: string
    readonly deduplicates: boolean
    /** where a platform has them; it held what was said meanwhile for all that were resumed, and loses it where one is begun anew */
    readonly sessions: Sessions | undefined
    /** answers that were sent again, and are seen once */
    readonly repeats: number
    readonly verdict: Verdict
  }>
  readonly content: Content
  /** how the program ended when it was asked to stop */
  readonly exit: number | string | null
}

const forbidden = ["lost", "doubled", "reordered", "unasked"] as const

/** What a story has found wrong, one line each, naming some of the words; a story that proved what it was told for finds nothing. */
export const faults = ({ content, exit, flights, poisoned, seed, verdicts }: Report): ReadonlyArray<string> => {
  const found = verdicts.flatMap(({ deduplicates, platform, sessions, verdict }) => [
    ...(verdict.messages === 0 ? [`${platform}: nothing was said`] : []),
    ...forbidden.flatMap((what) =>
      verdict[what].length === 0
        ? []
        : [
            `${platform}: ${what} ${verdict[what].length}, such as ${verdict[what]
              .slice(0, 5)
              .map(({ conversation, text }) => `${text} in ${conversation}`)
              .join(", ")}`
          ]
    ),
    ...(deduplicates && verdict.unseen.length > 0
      ? [`${platform}: ${verdict.unseen.length} were given up, where sending them again shows nothing twice`]
      : []),
    ...(verdict.uncertain.length < poisoned
      ? [`${platform}: ${verdict.uncertain.length} were put aside, and ${poisoned} were fatal too often`]
      : []),
    ...(verdict.uncertain.length > flights
      ? [`${platform}: ${verdict.uncertain.length} are uncertain, and ${flights} at most can have been in flight`]
      : []),
    ...(sessions !== undefined && sessions.anew > 0
      ? [`${platform}: ${sessions.anew} sessions were begun anew instead of resumed`]
      : [])
  ])
  const left = [
    ...(content.waiting > 0 ? [`${content.waiting} still wait in the store`] : []),
    ...content.aside.slice(0, 5).map((reason) => `put aside: ${reason}`),
    ...(exit === 0 ? [] : [`it ended with ${exit} when it was asked to stop`])
  ]
  return [...found, ...left].map((line) => `seed ${seed}: ${line}`)
}

/** A story in figures, one line for each platform. */
export const lines = ({ happened, seed, story, verdicts }: Report): ReadonlyArray<string> => [
  `${story} (seed ${seed}): ${Object.entries(happened)
    .map(([what, times]) => `${what} ${times}`)
    .join(", ")}`,
  ...verdicts.map(({ platform, repeats, sessions, verdict }) =>
    [
      `  ${platform.padEnd(8)}  ${told(verdict)}`,
      `sent again and seen once ${repeats}`,
      ...(sessions === undefined ? [] : [`sessions resumed ${sessions.resumed}, begun anew instead ${sessions.anew}`])
    ].join("; ")
  )
]
