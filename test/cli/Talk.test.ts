import { describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { expect } from "vitest"
import { Fault } from "../../src/adapter/Simulator.ts"
import type { Command } from "../../src/cli/Command.ts"
import * as QQCommands from "../../src/cli/Command/QQ.ts"
import * as TelegramCommands from "../../src/cli/Command/Telegram.ts"
import * as Talk from "../../src/cli/Talk.ts"
import * as QQSimulator from "../../src/platforms/qq/Simulator.ts"
import * as TelegramSimulator from "../../src/platforms/telegram/Simulator.ts"

const generic = [
  "Refuse",
  "Stall",
  "Silence",
  "Cut",
  "Close",
  "CloseOn",
  "Answer",
  "LoseAnswer",
  "Delay",
  "Duplicate",
  "Malformed"
]
const telegram = TelegramCommands.commands

const faultsOf = (commands: ReadonlyArray<Command<{ readonly _tag: string }>>) =>
  commands.flatMap(({ argument, faults }) => faults(argument?.fallback ?? "") ?? [])

describe.each([
  {
    title: "QQ",
    commands: QQCommands.commands,
    isFault: Schema.is(Schema.Union(Fault, QQSimulator.QQFault)),
    own: ["Reconnect", "InvalidSession", "DropAcks", "ExpireToken", "Ban"]
  },
  {
    title: "Telegram",
    commands: telegram,
    isFault: Schema.is(Schema.Union(Fault, TelegramSimulator.TelegramFault)),
    own: ["SecondPoller", "StealWebhook", "Flood", "Unauthorized", "RestartIds", "Deaf"]
  }
])("what can be done to $title", ({ commands, isFault, own }) => {
  it.each(commands.map((command) => [command.name, command] as const))(
    "/%s does something that the simulator knows, and says so",
    (_, { argument, done, faults }) => {
      const meant = faults(argument?.fallback ?? "") ?? []
      expect(meant).not.toEqual([])
      for (const fault of meant) expect(isFault(fault)).toBe(true)
      expect(done(argument?.fallback ?? "")).not.toBe("")
    }
  )

  it("is every kind of fault that a person can see on real sockets", () => {
    expect(faultsOf(commands).map(({ _tag }) => _tag)).toEqual(expect.arrayContaining([...generic, ...own]))
  })

  it("is told on a line of its own each, that fits a terminal", () => {
    const lines = Talk.listed(Talk.manual(commands)).split("\n")
    expect(lines).toHaveLength(commands.length)
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length)
    for (const { name } of commands) expect(lines.filter((line) => line.startsWith(`  /${name} `))).toHaveLength(1)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(103)
  })
})

describe("Talk", () => {
  const recorded = ({ record }: Pick<QQSimulator.QQSimulator, "record">, answer: string) =>
    Effect.map(record, (all) => ({ answer, done: all.map(({ detail, what }) => (what === "fault" ? detail : what)) }))
  const qq = (line: string) =>
    Effect.flatMap(QQSimulator.make(), (simulator) =>
      Effect.flatMap(Talk.obey(simulator, QQCommands.commands)(line), (answer) => recorded(simulator, answer))
    )
  const tg = (line: string) =>
    Effect.flatMap(TelegramSimulator.make(), (simulator) =>
      Effect.flatMap(Talk.obey(simulator, telegram)(line), (answer) => recorded(simulator, answer))
    )

  it.scoped("an argument is taken, or its example when there is none", () =>
    Effect.gen(function* () {
      expect((yield* qq("/close 4008")).done).toEqual([{ _tag: "Close", code: 4008 }])
      expect((yield* qq("/close")).done).toEqual([{ _tag: "Close", code: 4009 }])
      expect((yield* tg("/close")).done).toEqual([{ _tag: "Close", code: 502 }])
      expect((yield* tg("/flood 60")).done).toEqual([{ _tag: "Flood", retryAfter: 60 }, { _tag: "Cut" }])
      expect((yield* tg("/stall getMe")).done).toEqual([{ _tag: "Stall", step: "upgrade" }, { _tag: "Cut" }])
    })
  )

  it.scoped.each(["/close 12", "/close soon", "/stall sleep", "/stall toString", "/http 200", "/slow -1", "/kick 1.5"])(
    "%s is not understood, and does nothing",
    (line) =>
      Effect.gen(function* () {
        for (const { answer, done } of [yield* qq(line), yield* tg(line)]) {
          expect(answer).toContain("means nothing here; for example: /")
          expect(done).toEqual([])
        }
      })
  )

  it.scoped("an unknown command leads to help, and so does one that means nothing on this platform", () =>
    Effect.gen(function* () {
      for (const { answer, done } of [yield* qq("/cutt"), yield* qq("/conflict"), yield* tg("/ban")]) {
        expect(answer).toContain("/help")
        expect(done).toEqual([])
      }
    })
  )

  it("says what else is understood, and of a gateway only where there is one", () => {
    const all = Talk.listed(Talk.own({ platforms: [{ name: "qq", title: "QQ" }], restarts: true }))
    for (const word of ["/heal", "/qq", "/restart", "/status", "/help", "/quit"]) expect(all).toContain(`  ${word} `)
    expect(Talk.listed(Talk.own({ platforms: [], restarts: false }))).not.toMatch(/\/restart|\/qq/)
  })
})
