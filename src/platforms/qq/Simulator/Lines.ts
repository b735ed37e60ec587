import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import {
  type Fault,
  type HttpRequest,
  type Line,
  type Peer,
  type SimulatedConnection,
  UpgradeRefused
} from "../../../adapter/Simulator.ts"
import { meetFaults } from "../../../adapter/Simulator/FaultyHttp.ts"
import { Wire } from "../../../adapter/Simulator/Wire.ts"
import type { QQFault } from "./Fault.ts"
import { refuse } from "./Refusals.ts"
import { Talk } from "./Talk.ts"
import type { World } from "./World.ts"

interface Open {
  readonly since: number
  readonly talk: Talk | undefined
  readonly wire: Wire | undefined
}

/** Every WebSocket line that is open, or is being opened, and what befalls them all at once. */
export class Lines {
  private readonly open = new Map<number, Open>()
  private count = 0

  constructor(
    private readonly world: World,
    private readonly scope: Scope.Scope
  ) {}

  get connections(): ReadonlyArray<SimulatedConnection> {
    return Array.from(this.open, ([id, { since, talk }]) => ({ id, since, state: talk?.state ?? "upgrading" }))
  }

  /** Decides about an upgrade; while it does, that counts as a line. */
  readonly upgrade = (request: HttpRequest) =>
    Effect.gen(this, function* () {
      const id = (this.count += 1)
      const since = this.world.now()
      this.world.log.write("upgrade", { line: id, path: request.url.pathname })
      this.open.set(id, { since, talk: undefined, wire: undefined })
      return yield* Effect.ensuring(
        this.decide(id, since, request),
        Effect.sync(() => this.open.delete(id))
      )
    })

  private readonly decide = (id: number, since: number, request: HttpRequest) =>
    Effect.gen(this, function* () {
      const { faults, names } = this.world
      const canned = yield* meetFaults(faults, request)
      if (canned !== undefined) return yield* new UpgradeRefused({ answer: canned })
      if (faults.take("Stall", ({ step }) => step === "upgrade") !== undefined) return yield* Effect.never
      if (!/^\/websocket\/?$/.test(request.url.pathname)) {
        return yield* new UpgradeRefused({ answer: refuse("unknownPath", names.trace()) })
      }
      yield* Effect.sleep(this.delay())
      return (peer: Peer) => this.start(id, since, peer)
    })

  private readonly start = (id: number, since: number, peer: Peer): Effect.Effect<Line> =>
    Effect.gen(this, function* () {
      const wire = yield* Wire.make(peer, this.world.now, this.delay)
      const talk = new Talk(this.world, wire, id)
      this.open.set(id, { since, talk, wire })
      const forget = Effect.sync(() => this.open.delete(id))
      // A transport takes its line in one uninterruptible step, and a fork would inherit that.
      yield* wire.run.pipe(Effect.ensuring(forget), Effect.interruptible, Effect.forkIn(this.scope))
      talk.begin()
      return {
        receive: (text) => talk.receive(text),
        ping: () => talk.ping(),
        closed: (code) => talk.gone(code)
      }
    })

  private readonly delay = (): number => this.world.faults.find("Delay")?.millis ?? 0

  /** What a fault does to the lines that are open now; one that only waits does nothing to them. */
  befall(fault: Fault | QQFault): void {
    for (const { talk, wire } of Array.from(this.open.values())) {
      if (talk === undefined || wire === undefined) continue
      if ("account" in fault && !talk.belongsTo(fault.account)) continue
      strike(fault, talk, wire)
    }
  }
}

const strike = (fault: Fault | QQFault, talk: Talk, wire: Wire): void => {
  switch (fault._tag) {
    case "Silence":
      return wire.hush()
    case "Cut":
      wire.cut()
      return talk.gone(1006)
    case "Close":
      return talk.close(fault.code, fault.reason ?? "")
    case "Malformed":
      return wire.send(fault.text)
    case "Reconnect":
      return talk.reconnect()
    case "Ban":
      return talk.close(fault.code, fault.code === 4914 ? "bot offline" : "bot banned")
    case "InvalidSession":
      return fault.on === "now" ? talk.invalidate(fault.resumable, 4902, "invalid session") : undefined
    default:
      return undefined
  }
}
