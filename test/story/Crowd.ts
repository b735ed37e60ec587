import { Duration, Effect, Random, type Scope } from "effect"
import type { Account } from "../../src/adapter/Platform.ts"
import type { Fault, Served, SimulatedConnection } from "../../src/adapter/Simulator.ts"
import * as QQ from "../../src/platforms/qq/Adapter.ts"
import * as QQSimulator from "../../src/platforms/qq/Simulator.ts"
import * as Telegram from "../../src/platforms/telegram/Adapter.ts"
import * as TelegramSimulator from "../../src/platforms/telegram/Simulator.ts"
import type { Requirements } from "./Row.ts"
import { qq } from "./rows/qq.ts"
import { telegram } from "./rows/telegram.ts"

/** One account, and a platform that is there for it alone, so that what befalls it befalls nobody else. */
export interface Member {
  readonly account: Account<Requirements>
  readonly host: string
  readonly served: Served
  readonly connections: Effect.Effect<ReadonlyArray<SimulatedConnection>>
  readonly fault: (fault: Fault) => Effect.Effect<void>
  readonly heal: Effect.Effect<void>
  readonly receives: (state: string) => boolean
  /** the longest that it may be called connected with no line behind it */
  readonly believed: Duration.Duration
}

type Recruit = (name: string) => Effect.Effect<Member, never, Scope.Scope>

const onQQ: Recruit = (name) =>
  Effect.map(QQSimulator.make(), (simulator) => {
    const host = `${name}.qq.example`
    const url = `http://${host}`
    const { appId, secret } = QQSimulator.defaultBot
    const at = { tokenBaseUrl: url, apiBaseUrl: url, gatewayUrl: `ws://${host}/websocket` }
    const account = QQ.account({ name, appId, clientSecret: secret, access: { _tag: "Open" }, ...at })
    return { ...simulator, account, host, served: simulator, receives: qq.receives, believed: qq.believed }
  })

const onTelegram: Recruit = (name) =>
  Effect.map(TelegramSimulator.make(), (simulator) => {
    const host = `${name}.telegram.example`
    const { token } = TelegramSimulator.defaultBot
    const account = Telegram.account({ name, token, access: { _tag: "Open" }, apiBaseUrl: `http://${host}` })
    const { believed, receives } = telegram
    return { ...simulator, account, host, served: simulator, receives, believed }
  })

/** So many accounts, of which three in ten are on Telegram. */
export const crowd = (size: number): Effect.Effect<ReadonlyArray<Member>, never, Scope.Scope> =>
  Effect.forEach(Array.from({ length: size }), (_, index) => (index % 10 < 3 ? onTelegram : onQQ)(`bot${index}`))

const mishaps: ReadonlyArray<Fault> = [
  { _tag: "Cut" },
  { _tag: "Silence" },
  { _tag: "Close", code: 4009 },
  { _tag: "Close", code: 1001 },
  { _tag: "Refuse", as: "refused" },
  { _tag: "Refuse", as: "dns" },
  { _tag: "Refuse", as: "reset" },
  { _tag: "Stall", step: "http" },
  { _tag: "Stall", step: "upgrade" },
  { _tag: "Stall", step: "ready" },
  { _tag: "Answer", status: 502, body: "<html>Bad Gateway</html>" },
  { _tag: "Delay", millis: 400 },
  { _tag: "Malformed", text: "{" }
]

/** Troubles one account for ever: something goes wrong, for a while, alone or with the line cut, and is over again. */
export const trouble = ({ fault, heal }: Member): Effect.Effect<never> =>
  Effect.gen(function* () {
    yield* Effect.sleep(Duration.seconds(yield* Random.nextIntBetween(5, 180)))
    yield* fault(yield* Random.choice(mishaps).pipe(Effect.orDie))
    if (yield* Random.nextBoolean) yield* fault({ _tag: "Cut" })
    yield* Effect.sleep(Duration.seconds(yield* Random.nextIntBetween(1, 90)))
    yield* heal
  }).pipe(Effect.forever)

/** Where everybody's platform is. */
export const hosts = (members: ReadonlyArray<Member>): Readonly<Record<string, Served>> =>
  Object.fromEntries(members.map(({ host, served }) => [host, served]))

/** Whether what one source tells of one account has been wrong for longer than it may be, told once a second. */
export class Truth {
  readonly #member: Member
  /** since when there is a line that receives, and since when there is none, in seconds */
  #alive: number | undefined
  #dead: number | undefined
  /** since when it is told that there is one where there is none; who says so anew has new evidence */
  #lie: number | undefined
  /** the longest that each lie lasted, in seconds */
  connectedWhileDead = 0
  downWhileAlive = 0
  outages = 0

  constructor(member: Member) {
    this.#member = member
  }

  readonly look = (second: number, told: boolean): Effect.Effect<void> =>
    Effect.map(this.#member.connections, (connections) => {
      const alive = connections.some(({ state }) => this.#member.receives(state))
      if (alive && this.#alive === undefined) [this.#alive, this.#dead] = [second, undefined]
      if (!alive && this.#dead === undefined) {
        if (this.#alive !== undefined) this.outages++
        ;[this.#alive, this.#dead] = [undefined, second]
      }
      this.#lie = told && this.#dead !== undefined ? (this.#lie ?? second) : undefined
      this.connectedWhileDead = Math.max(this.connectedWhileDead, second - (this.#lie ?? second))
      if (!told && this.#alive !== undefined) this.downWhileAlive = Math.max(this.downWhileAlive, second - this.#alive)
    })
}
