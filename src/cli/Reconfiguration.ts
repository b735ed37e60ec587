import * as Context from "effect/Context"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Utils from "effect/Utils"
import type { AccountId } from "../domain/Address.ts"
import { Gateway, type Stores } from "../gateway/Gateway.ts"
import type { Difference } from "../http/Api/Accounts.ts"
import { BadConfiguration } from "../http/Api/Failure.ts"
import type { Machine } from "../node/index.ts"
import * as Environment from "./Environment.ts"
import type { Configured } from "./Platforms.ts"
import * as Settings from "./Settings.ts"
import * as Variables from "./Variables.ts"

/** What the process was told from outside, and what that comes to. */
export interface Told {
  readonly values: ReadonlyMap<string, string>
  readonly settings: Pick<Settings.Settings, "accounts">
}

/** The environment as it is now, or what is wrong with it. */
const read: Effect.Effect<Told, BadConfiguration> = Effect.gen(function* () {
  const refused = (values: ReadonlyMap<string, string>) => (error: ConfigError.ConfigError) =>
    BadConfiguration.of([...Environment.complaints(error, values), ...Variables.typos(values)])
  const read = Environment.read(process.env, process.cwd())
  const { provider, values, whole } = yield* Effect.mapError(read, refused(new Map()))
  yield* Effect.mapError(whole, refused(values))
  const settings = yield* Effect.mapError(Effect.withConfigProvider(Settings.read, provider), refused(values))
  // an .env that is gone looks like this, and nobody wants all bots away for that
  if (settings.accounts.length === 0)
    return yield* BadConfiguration.of(["no account is configured any more: stop the process if that is what you want"])
  return { values, settings }
})

const same = (one: unknown, other: unknown): boolean => Utils.structuralRegion(() => Equal.equals(one, other))

/** Variables that say something else than before and are read only when the process starts, in a sentence. */
const unread = (before: Told["values"], now: Told["values"]): ReadonlyArray<string> =>
  [...new Set([...before.keys(), ...now.keys()])]
    .filter((name) => name.startsWith("HOLDFAST_") && !name.startsWith("HOLDFAST_LISTEN_"))
    .filter((name) => before.get(name) !== now.get(name))
    .map((name) => `${name} is not what it was when this process started: that counts from its next start on`)

const byId = (accounts: ReadonlyArray<Configured>): ReadonlyMap<AccountId, Configured> =>
  new Map(accounts.map((one) => [one.account.id, one]))

/** What becomes of an account that is configured, by what was configured before. */
const fate = (before: Configured | undefined, now: Configured): "added" | "opened" | "heard" | "unchanged" => {
  if (before === undefined) return "added"
  if (!same(before.opening, now.opening)) return "opened"
  return same(before.hearing, now.hearing) ? "unchanged" : "heard"
}

/** What the process is told from outside, read anew. */
export interface Reconfiguration {
  /** Has the gateway keep the accounts that are configured now. */
  readonly reload: Effect.Effect<Difference, BadConfiguration>
  /** Has it keep this one as it is configured now; all others stay as they are. */
  readonly add: (account: AccountId) => Effect.Effect<Difference, BadConfiguration>
}

/** An account that nobody has said anything of. */
const unconfigured = (account: AccountId, { settings }: Told) => {
  const ids = settings.accounts.map((one) => one.account.id)
  return BadConfiguration.of([
    `${account} is not configured: there ${ids.length === 1 ? "is" : "are"} ${ids.join(", ")}; set its variables in .env first`
  ])
}

/**
 * Has a gateway keep the accounts of the environment as it is now, one reading after the other. What is wrong with it changes
 * nothing. An account of which nothing changed, or only who may talk to it, keeps its session; one that was taken out by hand
 * comes back. `first` is what the gateway began with.
 */
export const make = (
  first: Told,
  context: Context.Context<Gateway | Stores | Machine>
): Effect.Effect<Reconfiguration> =>
  Effect.map(Effect.makeSemaphore(1), (alone) => {
    const gateway = Context.get(context, Gateway)
    let known = first

    const take = ({ account }: Configured, anew: boolean) => Effect.provide(gateway.add(account, { anew }), context)

    const apply = (told: Told) =>
      Effect.gen(function* () {
        const present = new Set((yield* gateway.statuses).map(({ account }) => account))
        const [before, wanted] = [byId(known.settings.accounts), byId(told.settings.accounts)]
        const removed = [...present].filter((id) => !wanted.has(id))
        const fates = [...wanted].map(([id, now]) => {
          const was = present.has(id) ? before.get(id) : undefined
          return { id, now, fate: fate(was, now) }
        })
        // a bot that goes on under another name is let go of first
        yield* Effect.forEach(removed, (id) => Effect.ignore(gateway.remove(id)), { concurrency: "unbounded" })
        yield* Effect.forEach(
          fates.filter((one) => one.fate !== "unchanged"),
          ({ fate, now }) => take(now, fate === "opened"),
          { concurrency: "unbounded" }
        )
        const of = (...names: ReadonlyArray<string>) =>
          fates.filter((one) => names.includes(one.fate)).map(({ id }) => id)
        known = told
        return { added: of("added"), removed, changed: of("opened", "heard"), unchanged: of("unchanged") }
      })

    const named = (what: string, ids: ReadonlyArray<string>) => (ids.length === 0 ? [] : [`${what} ${ids.join(", ")}`])
    const tell = ({ added, changed, removed, unchanged }: Difference) => {
      const news = [...named("added", added), ...named("removed", removed), ...named("changed", changed)]
      const rest = `${unchanged.length} as ${unchanged.length === 1 ? "it was" : "they were"}`
      return Effect.logInfo(`the configuration was read again: ${[...news, rest].join("; ")}`)
    }

    /** What is known where only this account becomes what it is configured as. */
    const alike = (account: AccountId, { settings }: Told) =>
      Effect.map(gateway.statuses, (all): Told => {
        const before = byId(known.settings.accounts)
        const others = all.flatMap((one) => (one.account === account ? [] : (before.get(one.account) ?? [])))
        const own = settings.accounts.filter((one) => one.account.id === account)
        return { values: known.values, settings: { accounts: [...others, ...own] } }
      })

    const applied = (told: Effect.Effect<Told, BadConfiguration>) =>
      told.pipe(
        // what was begun is finished, whoever asked for it
        Effect.flatMap((told) => Effect.uninterruptible(apply(told))),
        Effect.tap(tell),
        Effect.tapError(({ message }) => Effect.logError(`the configuration was read again: ${message}`)),
        alone.withPermits(1)
      )

    const warned = Effect.tap(read, ({ values }) =>
      Effect.forEach(unread(first.values, values), (line) => Effect.logWarning(line), { discard: true })
    )
    return {
      reload: applied(warned),
      add: (account) =>
        applied(
          Effect.flatMap(read, (told) =>
            told.settings.accounts.some((one) => one.account.id === account)
              ? alike(account, told)
              : unconfigured(account, told)
          )
        )
    }
  })
