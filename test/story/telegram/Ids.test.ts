import { expect } from "@effect/vitest"
import { Effect, Stream } from "effect"
import type { Account } from "../../../src/adapter/Platform.ts"
import type { Signal } from "../../../src/adapter/Signal.ts"
import type { Requirements } from "../Row.ts"
import { telegram } from "../rows/telegram.ts"
import { story } from "../Story.ts"

const { conversation } = telegram

for (const at of [1, 2_000_001, undefined]) {
  const where = at === undefined ? "somewhere lower" : `${at}`
  story(
    telegram,
    `update ids that begin again at ${where} after a quiet week lose nothing and repeat nothing (F73, F75)`,
    { audit: "1 hour" },
    ({ connected, gateway, main, simulator, texts }) =>
      Effect.gen(function* () {
        const said: Array<string> = []
        const say = (text: string) => {
          said.push(text)
          return simulator.hear({ conversation, text })
        }
        yield* connected()
        for (const text of ["one", "two", "three"]) yield* say(text)
        yield* Effect.sleep("10 seconds")
        // nobody needs to poll for the week to pass
        yield* gateway.pause(main)
        yield* Effect.sleep("8 days")
        yield* gateway.resume(main)
        yield* connected("1 minute")
        yield* simulator.fault({ _tag: "RestartIds", ...(at === undefined ? undefined : { at }) })
        for (const text of ["four", "five"]) {
          yield* say(text)
          yield* Effect.sleep("10 seconds")
        }
        yield* simulator.fault({ _tag: "Cut" })
        yield* say("six")
        yield* Effect.sleep("10 seconds")
        yield* gateway.restart(main)
        yield* say("seven")
        yield* Effect.sleep("1 minute")
        expect(yield* texts).toEqual(said)
      })
  )
}

story(
  telegram,
  "update ids that begin again lower while nobody polls are answered all the same, once (F73, F75)",
  {},
  ({ connected, converses, outage, recovers, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* converses("one")
      for (let time = 0; time < 5; time++) {
        yield* Effect.sleep("2 minutes")
        yield* outage({ _tag: "Refuse", as: "dns" })
        yield* simulator.fault({ _tag: "RestartIds", at: 1000 - 150 * time })
        for (const part of ["a", "b"]) yield* simulator.hear({ conversation, text: `message ${time}${part}` })
        yield* Effect.sleep("3 minutes")
        yield* recovers()
        yield* Effect.sleep("10 seconds")
      }
      const said = [0, 1, 2, 3, 4].flatMap((time) => [`message ${time}a`, `message ${time}b`])
      expect(yield* texts).toEqual(["one", ...said])
    })
)

const items = [1, 2, 3, 4].map((byte) => ({ kind: "photo" as const, bytes: new Uint8Array([byte]) }))

/** What the gateway is told, each event by its id and with how much it has to show; a repeat is told again. */
const overheard = () => {
  const events = new Map<string, number>()
  const note = (signal: Signal) => {
    if (signal._tag === "Received" && signal.event._tag === "MessageReceived")
      events.set(signal.event.id, signal.event.attachments.length)
  }
  const adapter = (account: Account<Requirements>): Account<Requirements> => ({
    ...account,
    open: Effect.map(account.open, (adapter) => ({
      ...adapter,
      listen: Stream.tap(adapter.listen, (signal) => Effect.sync(() => note(signal)))
    }))
  })
  return { adapter, events }
}

for (const [what, befalls] of [
  ["is cut off by an outage", Effect.void],
  ["is followed by an outage", Effect.sleep("5 seconds")]
] as const) {
  const { adapter, events } = overheard()
  story(
    telegram,
    `an album that ${what} is one event with the id of its first part, answered once (F75, F78)`,
    { adapter },
    ({ connected, outage, recovers, simulator, texts }) =>
      Effect.gen(function* () {
        yield* connected()
        yield* Effect.sleep("2 minutes")
        const [first] = yield* simulator.album({ conversation, caption: "look", items })
        yield* befalls
        yield* outage({ _tag: "Refuse", as: "reset" })
        yield* Effect.sleep("20 seconds")
        yield* recovers()
        const next = yield* simulator.hear({ conversation, text: "well?" })
        yield* Effect.sleep("1 minute")
        expect(yield* texts).toEqual(["look", "well?"])
        expect([...events]).toEqual([
          [`7001:${first}`, 4],
          [`7001:${next}`, 0]
        ])
      })
  )
}

const { adapter, events } = overheard()

story(
  telegram,
  "albums in the middle of a backlog are one event each in their places, and every part of them is confirmed (F75, F78)",
  { adapter },
  ({ connected, converses, outage, recovers, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      yield* Effect.sleep("2 minutes")
      yield* outage({ _tag: "Refuse", as: "dns" })
      yield* simulator.hear({ conversation, text: "before" })
      yield* simulator.album({ conversation, caption: "look", items })
      yield* simulator.hear({ conversation, text: "after" })
      yield* simulator.album({ conversation, caption: "and look", items })
      yield* Effect.sleep("20 seconds")
      yield* recovers()
      yield* Effect.sleep("1 minute")
      expect(yield* texts).toEqual(["before", "look", "after", "and look"])
      expect([...events.values()]).toEqual([0, 4, 0, 4])
      yield* converses("are you there?")
    })
)
