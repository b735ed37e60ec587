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

/**
 * Has a gateway keep the accounts of the environment as it is now, one reading after the other. What is wrong with it changes
 * nothing. An account of which nothing changed, or only who may talk to it, keeps its session; one that was taken out by hand
 * comes back. `first` is what the gateway began with.
 */
export const make = (
  first: Told,
  context: Context.Context<Gateway | Stores | Machine>
): Effect.Effect<Effect.Effect<Difference, BadConfiguration>> =>
  Effect.map(Effect.makeSemaphore(1), (alone) => {
    const gateway = Context.get(context, Gateway)
    let known = first

    const add = ({ account }: Configured, anew: boolean) => Effect.provide(gateway.add(account, { anew }), context)

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
          ({ fate, now }) => add(now, fate === "opened"),
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

    return read.pipe(
      Effect.flatMap((told) =>
        Effect.forEach(unread(first.values, told.values), (line) => Effect.logWarning(line), { discard: true }).pipe(
          // what was begun is finished, whoever asked for it
          Effect.zipRight(Effect.uninterruptible(apply(told)))
        )
      ),
      Effect.tap(tell),
      Effect.tapError(({ message }) => Effect.logError(`the configuration was read again: ${message}`)),
      alone.withPermits(1)
    )
  })
