import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as StatusLine from "../gateway/StatusLine.ts"
import * as Node from "../node/index.ts"
import * as QQ from "../platforms/qq/Config.ts"
import * as Rest from "../platforms/qq/Rest.ts"
import * as Token from "../platforms/qq/Token.ts"
import { codes, Ended } from "./Process.ts"
import * as Session from "./Session.ts"
import * as Settings from "./Settings.ts"
import * as Variables from "./Variables.ts"

/** What was found out about one account. */
interface Finding {
  readonly account: string
  /** what is as it should be */
  readonly good: ReadonlyArray<string>
  /** what works, and perhaps not as it is meant */
  readonly doubts: ReadonlyArray<string>
  /** what does not work, and what to do about it */
  readonly problem?: { readonly text: string; readonly remedy: string; readonly configuration: boolean }
}

const passing = "Nothing that a setting would mend: try again, and see whether this machine reaches the platform."

/** Asks QQ for a token, for the bot's name and for what is left of the day's sessions. */
const qq = (config: QQ.QQConfig) =>
  Effect.gen(function* () {
    const settings = QQ.settings(config)
    const { access, account } = settings
    const doubts = access._tag === "Closed" ? [`it answers nobody: ${access.remedy}`] : []
    const token = yield* Token.make(settings)
    const rest = yield* Rest.make(settings, token)
    const asked = Effect.gen(function* () {
      const self = yield* rest.me
      const { starts, url } = yield* rest.gateway
      const quota =
        starts === undefined
          ? []
          : [
              `${starts.remaining} of ${starts.total} sessions are left, whole again in ${StatusLine.span(starts.resetAfter)}`
            ]
      return {
        account,
        doubts,
        good: [`it is ${self.name ?? "a bot without a name"} (${self.id})`, `its gateway is ${url}`, ...quota]
      }
    })
    return yield* Effect.catchAll(asked, ({ message, verdict }) =>
      Effect.succeed<Finding>({
        account,
        doubts,
        good: [],
        problem: { text: message, remedy: verdict?.remedy ?? passing, configuration: verdict !== undefined }
      })
    )
  }).pipe(Effect.scoped)

/** The variables that are set, by what they are set to; of a secret only that it is. */
const understood = (values: ReadonlyMap<string, string>): ReadonlyArray<readonly [string, string]> =>
  [...Variables.understood(values)].flatMap(([name, { secret }]) => {
    const value = values.get(name)
    return value === undefined ? [] : [[name, secret === true ? "(set)" : value] as const]
  })

const text = (
  variables: ReadonlyArray<readonly [string, string]>,
  typos: ReadonlyArray<string>,
  findings: ReadonlyArray<Finding>
): string => {
  const width = Math.max(...variables.map(([name]) => name.length), 0)
  return [
    "The environment says:",
    ...(variables.length === 0 ? ["  nothing"] : variables.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)),
    ...typos.map((typo) => `  warning: ${typo}`),
    ...findings.flatMap(({ account, doubts, good, problem }) => [
      "",
      `${account}${problem === undefined ? "" : " does not work:"}`,
      ...(problem === undefined ? [] : [`  ${problem.text}`, `  ${problem.remedy}`]),
      ...good.map((line) => `  ${line}`),
      ...doubts.map((line) => `  warning: ${line}`)
    ])
  ].join("\n")
}

/** Says what was understood, what each platform says of it, and what to do. */
export const check = ({ json }: { readonly json: boolean }) =>
  Session.within(({ values }) =>
    Effect.gen(function* () {
      const settings = yield* Settings.read
      const variables = understood(values)
      const typos = Variables.typos(values)
      const findings: ReadonlyArray<Finding> = yield* Effect.forEach(settings.qq, qq, { concurrency: 8 }).pipe(
        Effect.provide(Node.layer)
      )
      process.stdout.write(
        json
          ? `${JSON.stringify({ variables: Object.fromEntries(variables), warnings: typos, accounts: findings })}\n`
          : `${text(variables, typos, findings)}\n`
      )
      if (findings.length === 0) {
        return yield* Session.refuse(["no account is configured: set QQ_APP_ID and QQ_CLIENT_SECRET"])
      }
      const problems = findings.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))
      if (problems.length > 0) {
        const configuration = problems.some((problem) => problem.configuration)
        return yield* Effect.fail(new Ended(configuration ? codes.configuration : codes.failed))
      }
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )
