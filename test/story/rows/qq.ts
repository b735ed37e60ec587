import { Duration, Effect, Redacted } from "effect"
import type { Fault } from "../../../src/adapter/Simulator.ts"
import * as QQ from "../../../src/platforms/qq/Adapter.ts"
import * as Simulator from "../../../src/platforms/qq/Simulator.ts"
import type { Name, Row, Simulated, Verdict } from "../Row.ts"

const bot = (name: string, appId: string): Simulator.SimulatedBot => ({
  appId,
  secret: Redacted.make(`secret of ${name}`),
  id: `1140000${appId}`,
  name
})

const bots: Readonly<Record<Name, Simulator.SimulatedBot>> = {
  main: Simulator.defaultBot,
  good: bot("good", "102000002"),
  bad: bot("bad", "102000003")
}

const config = (name: Name): QQ.QQConfig => ({
  name,
  appId: bots[name].appId,
  clientSecret: bots[name].secret,
  access: { _tag: "Open" }
})

const bans = [
  { what: "4915", code: 4915, reason: "Banned", remedy: "lift the ban" },
  { what: "4914", code: 4914, reason: "Banned", remedy: "Publish the bot" }
] as const

const closes = [1001, 4006, 4007, 4009, 4900, 4902, 4913, 4999]

const simulated = (simulator: Simulator.QQSimulator): Simulated<Simulator.QQSimulator> => {
  const begin = (...faults: ReadonlyArray<Fault>) => Effect.forEach(faults, simulator.fault, { discard: true })
  const ban = ({ what }: Verdict) => bans.find((ban) => ban.what === what)?.code ?? 4915
  return {
    simulator,
    troubles: {
      refuses: begin(
        ...closes.map((code): Fault => ({ _tag: "CloseOn", step: "upgrade", code, times: 1 })),
        { _tag: "CloseOn", step: "upgrade", code: 4009 },
        { _tag: "Close", code: 4900 }
      ),
      limits: begin({ _tag: "CloseOn", step: "upgrade", code: 4008 }, { _tag: "Close", code: 4008 }),
      kicks: (after) => begin({ _tag: "CloseOn", step: "ready", code: 4009, after }, { _tag: "Close", code: 4009 }),
      condemns: (verdict, bot) =>
        simulator.fault({
          _tag: "Ban",
          code: ban(verdict),
          ...(bot === undefined ? undefined : { account: bots[bot].appId })
        })
    }
  }
}

/** QQ, by WebSocket. */
export const qq: Row<Simulator.QQSimulator, Simulator.QQSimulatorOptions, QQ.QQConfig> = {
  platform: "qq",
  hosts: ["bots.qq.com", "api.sgroup.qq.com"],
  simulate: (names, _, options) =>
    Effect.map(Simulator.make({ bots: names.map((name) => bots[name]), ...options }), simulated),
  // the shortest interval that is obeyed
  hasten: () => Effect.map(Simulator.make({ heartbeatInterval: Duration.seconds(5) }), simulated),
  id: (name) => bots[name].appId,
  account: (name, changes) => QQ.platform.account({ ...config(name), ...changes }),
  mistaken: (name) => QQ.platform.account({ ...config(name), clientSecret: Redacted.make("not the secret") }),
  near: (url, listen, changes) =>
    QQ.platform.account({ ...config("main"), tokenBaseUrl: url, apiBaseUrl: url, listen, ...changes }),
  conversation: "c2c:7C0E5A9D",
  receives: (state) => state === "ready",
  // pings are answered
  believed: Duration.seconds(25),
  tries: (record) => record.flatMap(({ at, what }) => (what === "upgrade" ? [at] : [])),
  paths: { first: "/gateway/bot", send: "/messages" },
  words: {
    first: "discovery",
    upgrade: "upgrade",
    refuses: "close codes",
    limits: "rate-limit closes",
    secret: "QQ_CLIENT_SECRET"
  },
  verdicts: bans
}
