import { told, type Verdict } from "./Oracle.ts"
import type { Content } from "./Store.ts"

/** What a story comes to. */
export interface Report {
  readonly story: string
  readonly seed: number
  /** what was done to the program, how often */
  readonly happened: Readonly<Record<string, number>>
  /** how many sends may have been in flight when it was done, over all bots of a platform */
  readonly flights: number
  readonly verdicts: ReadonlyArray<{
    readonly platform: string
    readonly deduplicates: boolean
    /** sessions that were begun anew, though the platform would have gone on with the old ones */
    readonly anew: number
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
export const faults = ({ exit, flights, content, seed, verdicts }: Report): ReadonlyArray<string> => {
  const found = verdicts.flatMap(({ anew, deduplicates, platform, verdict }) => [
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
    ...(deduplicates && verdict.uncertain.length > 0
      ? [`${platform}: ${verdict.uncertain.length} are uncertain, where sending again shows nothing twice`]
      : []),
    ...(verdict.uncertain.length > flights
      ? [`${platform}: ${verdict.uncertain.length} are uncertain, and ${flights} at most can have been in flight`]
      : []),
    ...(anew > 0 ? [`${platform}: ${anew} sessions were begun anew instead of resumed`] : [])
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
  ...verdicts.map(
    ({ platform, repeats, verdict }) => `  ${platform.padEnd(8)}  ${told(verdict)}; sent again and seen once ${repeats}`
  )
]
