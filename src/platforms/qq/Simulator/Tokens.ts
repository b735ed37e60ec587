import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { HttpRequest } from "../../../adapter/Simulator.ts"
import type { Names } from "./Names.ts"
import type { QQSimulatorOptions, SimulatedBot } from "./Options.ts"

const Asked = Schema.parseJson(Schema.Struct({ appId: Schema.String, clientSecret: Schema.String }))

const messages: Readonly<Record<number, string>> = {
  100001: "too many requests",
  100007: "appid invalid",
  100016: "invalid appid or secret",
  10004: "robot does not exist"
}

/** What the token service says when it gives none; the HTTP status is 200 all the same. */
export const refusedToken = (code: number) => ({ code, message: messages[code] ?? "internal error" })

interface Issued {
  readonly appId: string
  /** Unix milliseconds */
  readonly until: number
}

/** Which bot holds which token, and for how long. */
export class Tokens {
  private readonly issued = new Map<string, Issued>()
  private readonly current = new Map<string, string>()

  constructor(
    private readonly options: QQSimulatorOptions,
    private readonly names: Names,
    private readonly now: () => number
  ) {}

  /** The bot that asks for a token, or the code of the refusal. */
  asker(request: HttpRequest): SimulatedBot | number {
    const asked = Option.getOrUndefined(Schema.decodeUnknownOption(Asked)(request.body))
    const isJson = request.headers["content-type"]?.includes("application/json") === true
    if (asked === undefined || !isJson || !/^\d+$/.test(asked.appId)) return 100007
    const bot = this.options.bots.find(({ appId }) => appId === asked.appId)
    return bot !== undefined && Redacted.value(bot.secret) === asked.clientSecret ? bot : 100016
  }

  /** The same token with what is left of its life, or a new one when that is little. */
  issue({ appId }: SimulatedBot) {
    const now = this.now()
    const token = this.current.get(appId)
    const left = token === undefined ? 0 : (this.issued.get(token)?.until ?? 0) - now
    if (token !== undefined && left >= Duration.toMillis(this.options.tokenOverlap)) return granted(token, left)
    const fresh = this.names.token()
    const life = Duration.toMillis(this.options.tokenLife)
    this.issued.set(fresh, { appId, until: now + life })
    this.current.set(appId, fresh)
    return granted(fresh, life)
  }

  /** The bot that a token belongs to, as long as the token is valid. */
  holder(token: string): SimulatedBot | undefined {
    const issued = this.issued.get(token)
    if (issued === undefined || issued.until <= this.now()) return undefined
    return this.options.bots.find(({ appId }) => appId === issued.appId)
  }

  /** Every token given so far is void. */
  expire(account?: string): void {
    for (const [token, { appId }] of this.issued) {
      if (account === undefined || account === appId) this.issued.delete(token)
    }
  }
}

// The service sends the seconds as a string, whatever its documentation says.
const granted = (token: string, left: number) => ({
  access_token: token,
  expires_in: String(Math.floor(left / 1000))
})
