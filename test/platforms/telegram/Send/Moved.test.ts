import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { ResumeStore } from "../../../../src/adapter/ResumeStore.ts"
import { make } from "../../../../src/platforms/telegram/Send/Moved.ts"
import { account } from "./asking.ts"

describe("Telegram Moved", () => {
  it.effect("what moved is known to the next adapter too, under the account's own key", () =>
    Effect.gen(function* () {
      const first = yield* make(account)
      expect(first.to("-5")).toBe("-5")
      yield* first.note("-5", "-1005")
      yield* first.note("-6", "-1006")
      expect([first.to("-5"), first.to("-6"), first.to("-7")]).toEqual(["-1005", "-1006", "-7"])
      const next = yield* make(account)
      expect([next.to("-5"), next.to("-6"), next.to("-7")]).toEqual(["-1005", "-1006", "-7"])
      const store = yield* ResumeStore
      expect(yield* store.get("telegram:main/moved")).toMatchObject({ _tag: "Some" })
      expect(yield* store.get("telegram:main")).toMatchObject({ _tag: "None" })
    }).pipe(Effect.provide(ResumeStore.layerMemory))
  )

  it.effect.each(["", "{", "null", '{"-5":"-1005"}', '[["-5"]]', "[[1,2]]"])("%s in the store is no move", (text) =>
    Effect.gen(function* () {
      const store = yield* ResumeStore
      yield* store.set("telegram:main/moved", text)
      const moved = yield* make(account)
      expect(moved.to("-5")).toBe("-5")
      yield* moved.note("-5", "-1005")
      expect((yield* make(account)).to("-5")).toBe("-1005")
    }).pipe(Effect.provide(ResumeStore.layerMemory))
  )

  it.effect("what a message announces is a move, and whatever else it says is none", () =>
    Effect.gen(function* () {
      const moved = yield* make(account)
      for (const message of [
        {},
        { migrate_to_chat_id: -1005 },
        { migrate_to_chat_id: "-1005", chat: { id: -5 } },
        { migrate_to_chat_id: -5, chat: { id: -5 } },
        { migrate_from_chat_id: -5, chat: null }
      ])
        moved.hear(message)
      expect(moved.to("-5")).toBe("-5")
      moved.hear({ migrate_to_chat_id: -1005, chat: { id: -5 } })
      moved.hear({ migrate_from_chat_id: -6, chat: { id: -1006 } })
      expect([moved.to("-5"), moved.to("-6")]).toEqual(["-1005", "-1006"])
      expect([moved.from("-1005"), moved.from("-1006"), moved.from("-5")]).toEqual(["-5", "-6", undefined])
      expect((yield* make(account)).to("-5")).toBe("-5")
      yield* moved.kept
      const next = yield* make(account)
      expect([next.to("-5"), next.to("-6"), next.from("-1005")]).toEqual(["-1005", "-1006", "-5"])
    }).pipe(Effect.provide(ResumeStore.layerMemory))
  )

  it.effect("a thousand moves are remembered, and no more (F71)", () =>
    Effect.gen(function* () {
      const moved = yield* make(account)
      for (let n = 1; n <= 1001; n++) yield* moved.note(`-${n}`, `-100${n}`)
      expect([moved.to("-1"), moved.to("-2"), moved.to("-1001")]).toEqual(["-1", "-1002", "-1001001"])
      expect([moved.from("-1001"), moved.from("-1002")]).toEqual([undefined, "-2"])
    }).pipe(Effect.provide(ResumeStore.layerMemory))
  )
})
