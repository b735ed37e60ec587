import { describe, expect, it } from "@effect/vitest"
import { accountId } from "../../../../src/domain/Address.ts"
import { toEvent } from "../../../../src/platforms/telegram/Events.ts"
import { sort, understand } from "../../../../src/platforms/telegram/Polling/Albums.ts"
import type { Update } from "../../../../src/platforms/telegram/Protocol.ts"

const chat = { id: 7, type: "private", first_name: "Ada" }
const message = (id: number, fields: object): Update => ({
  id,
  kind: "message",
  payload: { message_id: id, from: { id: 7, first_name: "Ada" }, chat, date: 1790000000, ...fields }
})
const text = (id: number) => message(id, { text: `t${id}` })
const part = (id: number, album = "a", caption?: string) =>
  message(id, {
    media_group_id: album,
    photo: [{ file_id: `f${id}`, width: 1, height: 1 }],
    ...(caption === undefined ? undefined : { caption })
  })
const ids = (updates: ReadonlyArray<Update>) => updates.map(({ id }) => id)
const sorted = (...args: Parameters<typeof sort>) => {
  const { open, whole } = sort(...args)
  return { whole: ids(whole), open: open === undefined ? undefined : ids(open.parts) }
}

describe("a batch", () => {
  it("is whole when it ends with something that stands alone, or with nothing", () => {
    expect(sorted([], undefined)).toEqual({ whole: [], open: undefined })
    expect(sorted([part(1), part(2), text(3)], undefined)).toEqual({ whole: [1, 2, 3], open: undefined })
  })

  it("that ends inside an album leaves it for later, from its first part", () => {
    expect(sorted([text(1), part(2), part(3)], undefined)).toEqual({ whole: [1], open: [2, 3] })
    expect(sorted([part(1, "a"), part(2, "b")], undefined)).toEqual({ whole: [1], open: [2] })
    expect(sorted([part(1)], undefined)).toEqual({ whole: [], open: [1] })
  })

  it("that brings no further part closes the album; one that does keeps it open", () => {
    const { open } = sort([part(1), part(2)], undefined)
    expect(sorted([part(1), part(2)], open)).toEqual({ whole: [1, 2], open: undefined })
    expect(sorted([part(1), part(2), part(3)], open)).toEqual({ whole: [], open: [1, 2, 3] })
    expect(sorted([part(1), part(2), part(3), text(4)], open)).toEqual({ whole: [1, 2, 3, 4], open: undefined })
    expect(sorted([part(1), part(2), part(3, "b")], open)).toEqual({ whole: [1, 2], open: [3] })
  })

  it("that does not bring again what was seen of an album does not lose it (F78)", () => {
    const { open } = sort([part(1), part(2)], undefined)
    expect(sorted([], open)).toEqual({ whole: [1, 2], open: undefined })
    expect(sorted([part(3)], open)).toEqual({ whole: [], open: [1, 2, 3] })
    expect(sorted([text(9)], open)).toEqual({ whole: [1, 2, 9], open: undefined })
  })
})

describe("an album", () => {
  const self = { account: accountId("telegram", "main"), id: "1", username: "gate_bot" }
  const read = (update: Update) => toEvent(update, self, 0)

  it("is one event in the place of its first part, with all that it shows and says", () => {
    const events = understand([text(1), part(2), text(3), part(4, "a", "look"), part(5, "b")], read)
    expect(events.map(({ id }) => id)).toEqual(["7:1", "7:2", "7:3", "7:5"])
    expect(events[1]).toMatchObject({ text: "look", attachments: [{ url: "telegram:f2" }, { url: "telegram:f4" }] })
  })

  it("of another chat with the same name is another album", () => {
    const elsewhere = message(2, { chat: { ...chat, id: 8 }, media_group_id: "a", photo: [{ file_id: "f" }] })
    expect(understand([part(1), elsewhere], read)).toHaveLength(2)
  })

  it("whose parts mean nothing is nothing", () => {
    expect(understand([part(1), text(2)], () => undefined)).toEqual([])
  })
})
