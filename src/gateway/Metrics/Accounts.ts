import { gauge } from "../../adapter/MetricFamily.ts"
import type { AccountStatus, State } from "../Status.ts"

const state = gauge(
  "account_state",
  "1 for the state that an account is in, 0 for those that it was in",
  "account",
  "state"
)
const attempts = gauge("account_attempts", "tries of the listen loop since its last stable line", "account")
const reschedules = gauge("account_reschedules", "fresh adapters since the last stable line", "account")
const generation = gauge("account_generation", "how many adapters the account has had", "account")
const flapping = gauge("account_flapping", "1 while sessions keep dying soon after they are established", "account")
const down = gauge("account_down_seconds", "for how long the account has not been connected; 0 while it is", "account")
const life = gauge("account_life_age_seconds", "how old the last proof of life is", "account")

export const families = [state, attempts, reschedules, generation, flapping, down, life] as const

/** Says of accounts what their statuses say, as of `now` (Unix milliseconds). */
export class Accounts {
  /** the state of each account that was last said */
  readonly #said = new Map<string, State["_tag"]>()

  sample(statuses: ReadonlyArray<AccountStatus>, now: number): void {
    for (const status of statuses) this.#say(status, now)
  }

  #say(status: AccountStatus, now: number): void {
    const { account, downSince, lastLife, since } = status
    const tag = status.state._tag
    const before = this.#said.get(account)
    if (before !== undefined && before !== tag) state.of(account, before).unsafeUpdate(0, [])
    this.#said.set(account, tag)
    state.of(account, tag).unsafeUpdate(1, [])
    attempts.of(account).unsafeUpdate(status.attempts, [])
    reschedules.of(account).unsafeUpdate(status.reschedules, [])
    generation.of(account).unsafeUpdate(status.generation, [])
    flapping.of(account).unsafeUpdate(status.flapping ? 1 : 0, [])
    down.of(account).unsafeUpdate(tag === "Connected" ? 0 : (now - (downSince ?? since)) / 1000, [])
    if (lastLife !== undefined) life.of(account).unsafeUpdate((now - lastLife) / 1000, [])
  }
}
