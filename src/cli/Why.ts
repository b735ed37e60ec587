import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Colour from "./Colour.ts"
import { ask, type Desk } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import { keepers, whereabouts } from "./Control/Keepers.ts"
import { expected, named, nobody } from "./Control/Named.ts"
import { past } from "./Control/Past.ts"
import { print, printJson } from "./Output.ts"
import { codes, Ended } from "./Process.ts"
import * as Session from "./Session.ts"
import * as Failing from "./Status/Failing.ts"
import { outages } from "./Timeline/Outages.ts"
import { explain, type Explanation } from "./Why/Explanation.ts"
import { page } from "./Why/Page.ts"
import * as Unanswered from "./Why/Unanswered.ts"

export interface WhyOptions {
  readonly json: boolean
  /** all that are not well where there are none */
  readonly accounts: ReadonlyArray<string>
}

interface Answer {
  readonly explanation: Explanation
  /** a process answers for it */
  readonly answered: boolean
  /** as it was told */
  readonly detail: unknown
}

/** Of one for which nobody answers. */
const unanswered = (account: string, desks: Desks.Desks, now: number) =>
  Effect.gen(function* () {
    const owner = desks.owners.get(account) ?? Option.none()
    const where = yield* whereabouts(owner)
    const last = (yield* past(account, desks)).at(-1)
    const stopped = last?.state._tag === "Stopped" ? last.at : undefined
    return Unanswered.explain(account, owner, where, now, stopped)
  })

/** What else there is to know, where somebody wants to. */
const more = (account: string, desk: Desk, desks: Desks.Desks) =>
  Effect.gen(function* () {
    const queues = yield* ask(desk, desk.client.queues.depths({}))
    const depths = queues.find((each) => each.account === account)
    return { outages: outages(yield* past(account, desks)), ...(depths === undefined ? undefined : { depths }) }
  })

const answer = (account: string, desks: Desks.Desks, asked: boolean): Effect.Effect<Answer, Ended> =>
  Effect.gen(function* () {
    const [desk] = keepers(account, desks.desks)
    const status = desk?.accounts.get(account)
    const now = yield* Clock.currentTimeMillis
    if (desk === undefined || status === undefined)
      return { explanation: yield* unanswered(account, desks, now), answered: false, detail: {} }
    const curt = explain({ status }, now)
    if (curt.well && !asked) return { explanation: curt, answered: true, detail: { status } }
    const known = { status, ...(yield* more(account, desk, desks)) }
    return { explanation: explain(known, now), answered: true, detail: known }
  })

/** The narrowest and the widest that sentences are easily read. */
const [narrowest, widest] = [40, 110]

const widthOf = ({ columns }: NodeJS.WriteStream): number => Math.min(widest, Math.max(narrowest, columns ?? widest))

const all = (answers: ReadonlyArray<Answer>): string =>
  `Nothing is wrong: ${answers.map(({ explanation }) => explanation.summary.replace(/\.$/, "")).join("; ")}.`

/** Says what became of accounts, in words; of all that are not connected where none are named. */
export const why = ({ accounts, json }: WhyOptions) =>
  Session.within(() =>
    Effect.gen(function* () {
      const desks = yield* Desks.open
      const names = accounts.length > 0 ? yield* named(desks, accounts) : expected(desks)
      if (names.length === 0) return yield* Session.fail([nobody(desks.store)], codes.unanswered)
      const answers = yield* Effect.forEach(names, (account) => answer(account, desks, accounts.length > 0))
      const wrong = answers.filter(({ explanation }) => !explanation.well)
      const shown = accounts.length > 0 ? answers : wrong
      if (json) yield* printJson(shown.map(({ detail, explanation }) => Object.assign({}, explanation, detail)))
      else {
        const paint = Colour.of(process.stdout)
        const now = yield* Clock.currentTimeMillis
        const pages = [
          ...shown.map(({ explanation }) => page(explanation, widthOf(process.stdout), paint)),
          // a bot that is connected is silent all the same while what answers for it is away
          ...Failing.of(desks.desks).map((one) => paint("red", Failing.told(one, now)))
        ]
        yield* print(pages.length === 0 ? all(answers) : pages.join("\n\n"))
      }
      if (answers.some(({ answered }) => !answered)) return yield* Effect.fail(new Ended(codes.unanswered))
      if (wrong.length > 0) return yield* Effect.fail(new Ended(codes.unconnected))
    }).pipe(Effect.scoped)
  )
