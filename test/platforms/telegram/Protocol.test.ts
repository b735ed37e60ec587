import { describe, expect, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { hostOf, me, updates, webhookInfo } from "../../../src/platforms/telegram/Protocol.ts"

describe("Telegram's updates", () => {
  it("are read in the order in which they come, each under its name", () => {
    const message = { message_id: 52, text: "hi" }
    const result = [
      { update_id: 871200341, message },
      { update_id: 7, callback_query: { id: "9" } }
    ]
    expect(updates(result)).toEqual([
      { id: 871200341, kind: "message", payload: message },
      { id: 7, kind: "callback_query", payload: { id: "9" } }
    ])
  })

  it("that nobody can read still move the cursor, if they have an id", () => {
    const odd = [{ update_id: 1 }, { update_id: 2, message: "text" }, { update_id: 3, brand_new: { a: 1 } }]
    expect(updates(odd).map(({ id, kind }) => [id, kind])).toEqual([
      [1, "unknown"],
      [2, "unknown"],
      [3, "brand_new"]
    ])
    expect(updates([null, 7, "x", [], {}, { update_id: "4" }, { update_id: 1.5, message: {} }])).toEqual([])
  })

  it("have ids that can be an offset: any other would throw updates away", () => {
    for (const update_id of [0, -1, -100, 2 ** 31, Number.MAX_SAFE_INTEGER])
      expect(updates([{ update_id, message: {} }]), `${update_id}`).toEqual([])
  })

  it("never throw, whatever a poll brings", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue(), (value) => {
        expect(Array.isArray(updates(value))).toBe(true)
        expect(updates([value]).length).toBeLessThanOrEqual(1)
      })
    )
  })
})

describe("what Telegram says of a bot", () => {
  it("is who it is, and whether it hears all", () => {
    const result = { id: 7000000001, is_bot: true, first_name: "Gate", username: "gate_bot" }
    const self = { id: "7000000001", bot: true, name: "Gate" }
    expect(me(result)).toEqual({ self, username: "gate_bot", hearsAll: false })
    expect(me({ id: 7, can_read_all_group_messages: true })).toEqual({
      self: { id: "7", bot: true },
      username: undefined,
      hearsAll: true
    })
    for (const nobody of [undefined, null, [], {}, { id: "7" }, true]) expect(me(nobody)).toBeUndefined()
  })

  it("is where its updates go, and what waits", () => {
    expect(webhookInfo({ url: "", pending_update_count: 3 })).toEqual({ url: "", pending: 3, lastError: undefined })
    const failing = { url: "https://a.example/x", last_error_date: 1790000000, last_error_message: "Bad Gateway" }
    expect(webhookInfo(failing)).toEqual({
      url: "https://a.example/x",
      pending: 0,
      lastError: { at: 1790000000000, text: "Bad Gateway" }
    })
    for (const nothing of [undefined, null, [], {}, { url: 7 }]) expect(webhookInfo(nothing)).toBeUndefined()
  })

  it("names a webhook by its host alone, since its path may be a secret", () => {
    expect(hostOf("https://user:pw@a.example:8443/hook/s3cret?x=1")).toBe("a.example:8443")
    expect(hostOf("no url")).toBe("an address that is no URL")
  })
})
