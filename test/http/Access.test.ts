import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted, TestClock } from "effect"
import { received } from "../../src/adapter/Signal.ts"
import type { AccessRule } from "../../src/adapter/AccessRule.ts"
import { accountId } from "../../src/domain/Address.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { pairing, says, withCodes } from "../gateway/Access/strangers.ts"
import { running, stopped } from "./stage.ts"

const account = accountId("fake", "main")
const other = accountId("fake", "other")
const settle = TestClock.adjust("10 millis")

/** A client of a gateway with this rule, to whose bot Eve has said something. */
const asked = (access: AccessRule = pairing) =>
  Effect.gen(function* () {
    const fake = FakeAdapter.make({ access, greeting: [FakeAdapter.connected()] })
    const { client } = yield* running([fake])
    yield* settle
    yield* fake.emit(received(says("eve")))
    yield* settle
    return { client: client.access, fake }
  }).pipe(withCodes)

const code = (text: string) => ({ payload: { account, code: Redacted.make(text) } })
const eve = { kind: "person", id: "eve" } as const

describe("the API, of who may talk to an account", () => {
  it.scoped("lists whom the configuration lets in, whom an operator did, and who asks, but not their codes", () =>
    Effect.gen(function* () {
      const { client } = yield* asked()
      const [listed, ...others] = yield* client.list({})
      expect(others).toEqual([])
      expect(listed).toMatchObject({ account, mode: "pairing", people: ["root"], conversations: [], guests: [] })
      expect(listed?.asking.map(({ id, kind, until }) => [kind, id, until])).toEqual([["person", "eve", 600_010]])
      expect(JSON.stringify(listed)).not.toMatch(/PASS|salt|digest/)
    })
  )

  it.scoped.each([
    [{ _tag: "Open" }, "open", "open"],
    [{ _tag: "AllowList", people: ["root"], conversations: ["room"] }, "allowlist", "allowlist"],
    [{ _tag: "Own", admits: () => true }, "own", "own"],
    [{ _tag: "Closed", remedy: "open it" }, "closed", "closed"],
    [{ _tag: "Apart", direct: { _tag: "Open" }, groups: pairing }, "open", "pairing"]
  ] as const)("says of %j what it is", ([rule, ...modes]) =>
    Effect.gen(function* () {
      const { client } = yield* asked(rule)
      expect((yield* client.list({})).flatMap(({ groupMode, mode }) => [mode, groupMode])).toEqual(modes)
    })
  )

  it.scoped("lets in who was given a code, turns away who was not wanted, and removes who was let in", () =>
    Effect.gen(function* () {
      const { client } = yield* asked()
      expect(yield* client.approve(code("pass-aaaa"))).toMatchObject({ guests: [eve], recorded: true })
      expect((yield* client.list({}))[0]).toMatchObject({ guests: [eve], asking: [] })
      expect(yield* client.remove({ path: { account }, urlParams: { id: "eve" } })).toMatchObject({ guests: [eve] })
      expect((yield* client.list({}))[0]?.guests).toEqual([])
      const gone = yield* Effect.flip(client.remove({ path: { account }, urlParams: { id: "eve" } }))
      expect(gone).toMatchObject({ _tag: "UnknownGuest", account, id: "eve" })
    })
  )

  it.scoped("turns away who asks, by the code or by the id", () =>
    Effect.gen(function* () {
      const { client } = yield* asked()
      expect(yield* client.deny(code("PASS-AAAA"))).toEqual(eve)
      const again = yield* Effect.flip(client.deny({ payload: { account, ...eve } }))
      expect(again).toMatchObject({ _tag: "NotChanged", reason: "NobodyAsks" })
    })
  )

  it.scoped.each(["chat:-1001900000001/17", "channel:guild 1/room?", "50%2F50", "群:甲"])(
    "an id is itself in an address, whatever is in it: %s",
    (id) =>
      Effect.gen(function* () {
        const { client } = yield* asked()
        yield* client.approve({ payload: { account, kind: "person", id } })
        expect(yield* client.remove({ path: { account }, urlParams: { id } })).toMatchObject({ guests: [{ id }] })
      })
  )

  it.scoped("refuses what would let in nobody, and says why and what to do", () =>
    Effect.gen(function* () {
      const { client } = yield* asked()
      const wrong = yield* Effect.flip(client.approve(code("PASS-ZZZZ")))
      expect(wrong).toMatchObject({ _tag: "NotChanged", reason: "UnknownCode" })
      const nowhere = { account, kind: "group", id: "what?" } as const
      expect(yield* Effect.flip(client.approve({ payload: nowhere }))).toMatchObject({ _tag: "BadConversation" })
      expect(yield* Effect.flip(client.approve({ payload: { ...eve, account: other } }))).toMatchObject({
        _tag: "UnknownAccount"
      })
      const { client: closed } = yield* asked({ _tag: "Open" })
      const open = yield* Effect.flip(closed.approve({ payload: { account, ...eve } }))
      expect(open).toMatchObject({ _tag: "NotChanged", reason: "NotPairing" })
      expect(open.message).toContain("open to everybody")
    })
  )

  it.scoped("lets nobody in where no gateway runs", () =>
    Effect.gen(function* () {
      const { client } = yield* stopped()
      expect(yield* client.access.list({})).toEqual([])
      const refused = yield* Effect.flip(client.access.approve(code("PASS-AAAA")))
      expect(refused).toMatchObject({ _tag: "NotChanged", reason: "NotOurs" })
    })
  )
})
