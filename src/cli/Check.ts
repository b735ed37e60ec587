import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import type { Inspection } from "../adapter/Platform.ts"
import * as Node from "../node/index.ts"
import * as Platforms from "./Platforms.ts"
import { codes, Ended } from "./Process.ts"
import * as Session from "./Session.ts"
import * as Settings from "./Settings.ts"
import * as StoreCheck from "./StoreCheck.ts"
import * as StoreUrl from "./StoreUrl.ts"
import * as Variables from "./Variables.ts"

/** The variables that are set, by what they are set to; of a secret only that it is. */
const understood = (values: ReadonlyMap<string, string>): ReadonlyArray<readonly [string, string]> =>
  [...Variables.understood(values)].flatMap(([name, { secret }]) => {
    const value = values.get(name)
    return value === undefined ? [] : [[name, secret === true ? "(set)" : value] as const]
  })

/** What there is to say of an account, or of the store. */
type Finding = Omit<Inspection, "account"> & { readonly name: string }

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
    ...findings.flatMap(({ doubts, good, name, problem }) => [
      "",
      `${name}${problem === undefined ? "" : " does not work:"}`,
      ...(problem === undefined ? [] : [`  ${problem.text}`, `  ${problem.remedy}`]),
      ...good.map((line) => `  ${line}`),
      ...doubts.map((line) => `  warning: ${line}`)
    ])
  ].join("\n")
}

/** Says what was understood, what the store and each platform say of it, and what to do. */
export const check = ({ json }: { readonly json: boolean }) =>
  Session.within(({ values, whole }) =>
    Effect.gen(function* () {
      yield* whole
      const settings = yield* Settings.read
      const variables = understood(values)
      const typos = Variables.typos(values)
      const findings: ReadonlyArray<Inspection> = yield* Effect.forEach(settings.accounts, ({ inspect }) => inspect, {
        concurrency: 8
      }).pipe(Effect.provide(Node.layer))
      const place = StoreUrl.told(settings.store)
      const store = yield* StoreCheck.inspect(settings.store)
      const named = findings.map(({ account, ...said }) => ({ name: account, ...said }))
      const report = {
        variables: Object.fromEntries(variables),
        warnings: typos,
        store: { place, ...store },
        accounts: findings
      }
      process.stdout.write(
        `${json ? JSON.stringify(report) : text(variables, typos, [{ name: place, ...store }, ...named])}\n`
      )
      if (findings.length === 0) {
        return yield* Session.refuse([`no account is configured: set ${Platforms.needs}`])
      }
      const problems = [store, ...findings].flatMap(({ problem }) => (problem === undefined ? [] : [problem]))
      if (problems.length > 0) {
        const configuration = problems.some((problem) => problem.configuration)
        return yield* Effect.fail(new Ended(configuration ? codes.configuration : codes.failed))
      }
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )
