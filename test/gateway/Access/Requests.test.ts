import { describe, expect, it } from "@effect/vitest"
import { Duration, Schema } from "effect"
import { accountId } from "../../../src/domain/Address.ts"
import type { Request, Subject } from "../../../src/gateway/Access/Guest.ts"
import * as Requests from "../../../src/gateway/Access/Requests.ts"

const eve: Subject = { kind: "person", id: "eve" }
const day = Duration.toMillis("1 day")
const hour = Duration.toMillis("1 hour")
const lasts = Duration.toMillis(Requests.lasts)

const request = (subject: Subject, at: number): Request => ({
  ...subject,
  at,
  until: at + lasts,
  salt: "s",
  digest: "d",
  asked: { id: "e", conversation: { account: accountId("fake", "main"), kind: "direct", id: "eve" }, at }
})

/** They write at these times; when they were given a code. */
const given = (subject: Subject, times: ReadonlyArray<number>, from = Requests.none) => {
  let requests = from
  const at = times.filter((now) => {
    requests = Requests.current(requests, now)
    const may = Requests.mayAsk(requests, subject)
    if (may) requests = Requests.opened(requests, request(subject, now))
    return may
  })
  return { requests, at }
}

const every = (span: number, count: number) => Array.from({ length: count }, (_, index) => index * span)

describe("Requests", () => {
  it("one person is given five codes a day, however much they write", () => {
    const { at } = given(eve, every(60_000, 2 * 24 * 60))
    expect(at).toEqual([...every(lasts, 5), ...every(lasts, 5).map((time) => time + day)])
  })

  it("a group of the same id is somebody else", () => {
    const { requests } = given(eve, every(lasts, 5))
    expect(Requests.mayAsk(requests, { kind: "group", id: "eve" })).toBe(true)
    expect(Requests.mayAsk(Requests.current(requests, 5 * lasts), eve)).toBe(false)
  })

  it("ten codes are good at once, whoever has them", () => {
    let requests = Requests.none
    for (const [index] of every(1, 50).entries())
      requests = given({ kind: "person", id: `crowd${index}` }, [index], requests).requests
    expect(requests.open.length).toBe(Requests.mostOpen)
    expect(given(eve, [lasts + 50], requests).at).toEqual([lasts + 50])
  })

  it("who was denied is given none for a day, and then as many as anybody", () => {
    const { requests } = given(eve, [0])
    const after = Requests.denied(requests, eve, 1000)
    expect(after.open).toEqual([])
    expect(
      given(
        eve,
        every(hour, 48).map((time) => time + 1000),
        after
      ).at[0]
    ).toBe(1000 + day)
  })

  it("who was let in is forgiven all that they asked, and so are wrong codes", () => {
    const { requests } = given(eve, every(lasts, 5))
    const after = Requests.granted(Requests.missed(requests, 0), eve)
    expect(after).toEqual(Requests.none)
  })

  it("five wrong codes within an hour close an account to codes, for an hour from the first", () => {
    let requests = Requests.none
    for (const at of [0, 1, 2, 3]) requests = Requests.missed(requests, at)
    expect(Requests.closedUntil(requests)).toBe(undefined)
    requests = Requests.missed(requests, 4)
    expect(Requests.closedUntil(requests)).toBe(hour)
    expect(Requests.closedUntil(Requests.current(requests, hour - 1))).toBe(hour)
    expect(Requests.closedUntil(Requests.current(requests, hour))).toBe(undefined)
  })

  it("mistakes that are far apart close nothing", () => {
    const requests = every(hour / 4, 100).reduce(
      (before, now) => Requests.missed(Requests.current(before, now), now),
      Requests.none
    )
    expect(Requests.closedUntil(requests)).toBe(undefined)
  })

  it("strangers who asked are remembered within bounds", () => {
    let requests = Requests.none
    for (const [index] of every(1, 3000).entries())
      requests = Requests.denied(requests, { kind: "person", id: `crowd${index}` }, index)
    expect(requests.asked.length).toBe(2000)
  })

  it("what is kept is read again as it was", () => {
    const { requests } = given(eve, [0])
    const kept = Requests.missed(requests, 5)
    expect(Schema.decodeSync(Requests.Requests)(Schema.encodeSync(Requests.Requests)(kept))).toEqual(kept)
  })
})
