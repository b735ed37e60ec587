import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { SendError } from "../../src/adapter/AdapterError.ts"
import { done, StoreRefused } from "../../src/delivery/KeyedQueue.ts"
import { accountId } from "../../src/domain/Address.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"
import { process, running, stopped } from "./stage.ts"

const main = accountId("fake", "main")
const other = accountId("fake", "other")

const settle = TestClock.adjust("10 millis")

const online = () => FakeAdapter.make({ greeting: [FakeAdapter.connected()] })

const all = { urlParams: { limit: 100 } }

describe("the API, over a gateway that runs", () => {
  it.scoped("says who answers, and how each account is", () =>
    Effect.gen(function* () {
      const { client } = yield* running([online()])
      yield* settle
      expect(yield* client.process.show({})).toEqual(process)
      const [status, ...others] = yield* client.accounts.list({})
      expect(others).toEqual([])
      expect(status).toMatchObject({ account: main, state: { _tag: "Connected" }, self: { name: "fake-bot" } })
      expect(yield* client.accounts.show({ path: { account: main } })).toEqual(status)
    })
  )

  it.scoped("says of an account that there is none of that name", () =>
    Effect.gen(function* () {
      const { client } = yield* running([online()])
      const error = yield* Effect.flip(client.accounts.show({ path: { account: other } }))
      expect(error).toMatchObject({ _tag: "UnknownAccount", account: other })
      expect(error.message).toContain("GET /accounts")
    })
  )

  it.scoped("says a message once, however often it is sent under one key", () =>
    Effect.gen(function* () {
      const fake = online()
      const { client } = yield* running([fake])
      yield* settle
      const payload = {
        conversation: `${main}/ann`,
        text: "the build is green",
        format: "plain",
        key: "build-17"
      } as const
      expect(yield* client.messages.send({ payload })).toEqual({ id: `${main}/build-17` })
      yield* settle
      expect(yield* client.messages.send({ payload })).toEqual({ id: `${main}/build-17` })
      yield* settle
      expect(fake.sent.map(({ content, conversation }) => [conversation.id, content.text])).toEqual([
        ["ann", "the build is green"]
      ])
    })
  )

  it.scoped("tells what became of a message: that it waits, and with which receipt it was said", () =>
    Effect.gen(function* () {
      const platform = yield* Effect.makeLatch()
      const { client } = yield* running([
        FakeAdapter.make({
          greeting: [FakeAdapter.connected()],
          send: ({ id }) => Effect.as(platform.await, { message: id, platformId: "77", at: 5 })
        })
      ])
      yield* settle
      const id = `${main}/build-17`
      const fate = client.messages.show({ urlParams: { id } })
      expect(yield* fate).toEqual({ _tag: "Unknown" })
      yield* client.messages.send({
        payload: { conversation: `${main}/ann`, text: "it is green", format: "plain", key: "build-17" }
      })
      yield* settle
      expect(yield* fate).toEqual({ _tag: "Waiting" })
      yield* platform.open
      yield* settle
      expect(yield* fate).toEqual({ _tag: "Sent", receipt: { message: id, platformId: "77", at: 5 } })
    })
  )

  it.scoped("says a message each time that it is sent without a key", () =>
    Effect.gen(function* () {
      const fake = online()
      const { client } = yield* running([fake])
      yield* settle
      const payload = { conversation: `${main}/ann`, text: "hello", format: "markdown" } as const
      const first = yield* client.messages.send({ payload })
      const second = yield* client.messages.send({ payload })
      yield* settle
      expect(first.id).not.toBe(second.id)
      expect(fake.sent.map(({ content }) => content)).toEqual([
        { text: "hello", format: "markdown" },
        { text: "hello", format: "markdown" }
      ])
    })
  )

  const wrong: ReadonlyArray<readonly [string, string]> = [
    ["nonsense", "ACCOUNT/ID"],
    ["/ann", "ACCOUNT/ID"],
    ["Fake:Main/ann", "ACCOUNT/ID"],
    ["irc:main/ann", "there are fake, qq"],
    ["fake:main/?", "any name without a ?"],
    ["fake:main/", "any name without a ?"],
    ["qq:main/7C0E", "c2c:OPENID"]
  ]
  it.scoped.each(wrong)("does not take %j for a conversation, and says how one is written", ([conversation, hint]) =>
    Effect.gen(function* () {
      const { client, outbox } = yield* running([online()])
      const error = yield* Effect.flip(client.messages.send({ payload: { conversation, text: "x", format: "plain" } }))
      expect(error).toMatchObject({ _tag: "BadConversation", conversation })
      expect(error.message).toContain(hint)
      expect((yield* outbox.depth).waiting).toBe(0)
    })
  )

  it.scoped("does not keep a message for an account that is unknown, or that waits for a person, and says which", () =>
    Effect.gen(function* () {
      const { client, gateway } = yield* running([online()])
      yield* settle
      const send = (account: string) =>
        Effect.flip(client.messages.send({ payload: { conversation: `${account}/ann`, text: "x", format: "plain" } }))
      const unknown = yield* send(other)
      expect(unknown).toMatchObject({ _tag: "NotSent", reason: "Rejected" })
      expect(unknown.message).toContain(other)
      yield* gateway.pause(main)
      const paused = yield* send(main)
      expect(paused).toMatchObject({ _tag: "NotSent", reason: "Unreachable" })
      expect(paused.message).toContain("paused")
    })
  )

  it.scoped("tells of each account how much waits, since when, and how much is dead", () =>
    Effect.gen(function* () {
      const refuse = new SendError({ messageId: "x", reason: "Rejected", cause: "blocked" })
      const fake = FakeAdapter.make({ greeting: [FakeAdapter.connected()], send: () => refuse })
      const idle = FakeAdapter.make({ id: other, open: () => Effect.never })
      const { client, outbox } = yield* running([fake, idle])
      yield* settle
      const say = (account: string) =>
        client.messages.send({ payload: { conversation: `${account}/ann`, text: "x", format: "plain" } })
      yield* say(main)
      yield* TestClock.adjust("1 minute")
      yield* say(other)
      yield* TestClock.adjust("1 minute")
      yield* say(other)
      yield* settle
      expect((yield* outbox.depth).dead).toBe(1)
      const none = { waiting: 0, dead: 0 }
      expect(yield* client.queues.depths({})).toEqual([
        { account: main, inbox: none, outbox: { waiting: 0, dead: 1 } },
        { account: other, inbox: none, outbox: { waiting: 2, dead: 0, oldest: 60_010 } }
      ])
    })
  )

  it.scoped("says again what is retried, once", () =>
    Effect.gen(function* () {
      let taken = false
      const fake = FakeAdapter.make({
        greeting: [FakeAdapter.connected()],
        send: (message) =>
          taken
            ? Effect.succeed({ message: message.id, platformId: "1", at: 0 })
            : new SendError({ messageId: message.id, reason: "Rejected", cause: "the bot was blocked" })
      })
      const { client } = yield* running([fake])
      yield* settle
      yield* client.messages.send({ payload: { conversation: `${main}/ann`, text: "hi", format: "plain", key: "k" } })
      yield* settle
      const [letter] = (yield* client.dead.list(all)).letters
      expect(letter).toMatchObject({ queue: "outbox", id: `${main}/k`, conversation: `${main}/ann` })
      expect(letter?.reason).toContain("the bot was blocked")
      const fate = client.messages.show({ urlParams: { id: `${main}/k` } })
      expect(yield* fate).toEqual({ _tag: "Dead", reason: letter?.reason })
      taken = true
      const selection = { letters: [{ queue: "outbox", id: `${main}/k` }] } as const
      expect(yield* client.dead.retry({ payload: selection })).toEqual({ done: 1, unknown: [] })
      yield* settle
      expect(fake.sent).toHaveLength(2)
      expect(yield* fate).toEqual({ _tag: "Sent", receipt: { message: `${main}/k`, platformId: "1", at: 0 } })
      expect((yield* client.dead.list(all)).letters).toEqual([])
      expect(yield* client.dead.retry({ payload: selection })).toEqual({ done: 0, unknown: selection.letters })
    })
  )
})

describe("the API, over the queues of a stopped gateway", () => {
  it.scoped("keeps what is sent for the gateway that comes, in parts where the platform takes no more, and once", () =>
    Effect.gen(function* () {
      const { client, outbox } = yield* stopped()
      const payload = { conversation: "qq:main/c2c:A", text: "x".repeat(4001), format: "plain", key: "k" } as const
      expect(yield* client.messages.send({ payload })).toEqual({ id: "qq:main/k" })
      yield* client.messages.send({ payload })
      const kept: Array<readonly [string, string, number]> = []
      yield* Effect.forkScoped(
        outbox.work(
          ({ id, value }) =>
            Effect.sync(() => {
              kept.push([id, value.conversation.kind, value.content.text.length])
              return done()
            }),
          { concurrency: 1 }
        )
      )
      yield* outbox.idle
      expect(kept).toEqual([
        ["qq:main/k", "direct", 4000],
        ["qq:main#1/k", "direct", 1]
      ])
      expect(yield* client.accounts.list({})).toEqual([])
    })
  )

  it.scoped("says that the store is away, and that nothing was changed", () =>
    Effect.gen(function* () {
      const refused = new StoreRefused({ store: "outbox", cause: "nobody listens at the address of the database" })
      const { client } = yield* stopped((outbox) => ({
        ...outbox,
        dead: refused,
        depths: refused,
        offer: () => refused
      }))
      const list = yield* Effect.flip(client.dead.list(all))
      expect(list).toMatchObject({ _tag: "StoreUnavailable" })
      expect(list.message).toContain("nobody listens")
      expect(yield* Effect.flip(client.queues.depths({}))).toMatchObject({ _tag: "StoreUnavailable" })
      const payload = { conversation: "qq:main/c2c:A", text: "x", format: "plain" } as const
      expect(yield* Effect.flip(client.messages.send({ payload }))).toMatchObject({
        _tag: "NotSent",
        reason: "Unreachable"
      })
    })
  )

  const unfit: ReadonlyArray<readonly [string, string]> = [
    ["", "k"],
    ["x", ""],
    ["x", "e1#0"],
    ["x", "two words"],
    ["x", "x".repeat(201)]
  ]
  it.scoped.each(unfit)("keeps no message %j under the key %j", ([text, key]) =>
    Effect.gen(function* () {
      const { client, outbox } = yield* stopped()
      const payload = { conversation: "qq:main/c2c:A", text, key, format: "plain" } as const
      expect((yield* Effect.flip(client.messages.send({ payload })))._tag).toBe("ParseError")
      expect((yield* outbox.depth).waiting).toBe(0)
    })
  )
})

describe("the API, for who decides about an account", () => {
  it.scoped("pauses, resumes and restarts it, and answers with how it is then", () =>
    Effect.gen(function* () {
      const fake = online()
      const { client } = yield* running([fake])
      yield* settle
      const path = { account: main }
      expect(yield* client.accounts.pause({ path })).toMatchObject({ account: main, state: { _tag: "Paused" } })
      expect((yield* client.accounts.resume({ path })).state._tag).toBe("Connecting")
      yield* settle
      expect((yield* client.accounts.show({ path })).state._tag).toBe("Connected")
      expect((yield* client.accounts.restart({ path })).state._tag).toBe("Connecting")
      yield* settle
      expect(yield* client.accounts.show({ path })).toMatchObject({ state: { _tag: "Connected" }, generation: 3 })
      expect(fake.opened()).toBe(3)
    })
  )

  it.scoped("takes it out, and says which are left", () =>
    Effect.gen(function* () {
      const idle = FakeAdapter.make({ id: other, open: () => Effect.never })
      const { client } = yield* running([online(), idle])
      yield* settle
      const removed = yield* client.accounts.remove({ path: { account: main } })
      expect(removed).toEqual({ added: [], removed: [main], changed: [], unchanged: [other] })
      expect((yield* client.accounts.list({})).map(({ account }) => account)).toEqual([other])
    })
  )

  it.scoped.each(["pause", "resume", "restart", "remove"] as const)("names who is not there to %s", (command) =>
    Effect.gen(function* () {
      const path = { account: other }
      for (const { client } of [yield* running([online()]), yield* stopped()]) {
        const { pause, remove, restart, resume } = client.accounts
        const commands = {
          pause: Effect.asVoid(pause({ path })),
          resume: Effect.asVoid(resume({ path })),
          restart: Effect.asVoid(restart({ path })),
          remove: Effect.asVoid(remove({ path }))
        }
        const error = yield* Effect.flip(commands[command])
        expect(error).toMatchObject({ _tag: "UnknownAccount", account: other })
      }
    })
  )

  it.scoped("tells what became of it, a page at a time, the newest first", () =>
    Effect.gen(function* () {
      const { client } = yield* running([online()])
      yield* settle
      const path = { account: main }
      yield* client.accounts.pause({ path })
      const all = yield* client.timeline.page({ path, urlParams: { limit: 100 } })
      expect(all.next).toBeUndefined()
      expect(all.entries.map(({ state }) => state._tag)).toEqual(["Paused", "Stopping", "Connected", "Connecting"])
      const first = yield* client.timeline.page({ path, urlParams: { limit: 3 } })
      const rest = yield* client.timeline.page({ path, urlParams: { limit: 3, before: first.next ?? "" } })
      expect([...first.entries, ...rest.entries]).toEqual(all.entries)
      const error = yield* Effect.flip(client.timeline.page({ path: { account: other }, urlParams: { limit: 1 } }))
      expect(error).toMatchObject({ _tag: "UnknownAccount", account: other })
    })
  )

  it.scoped("cannot read a configuration again where there is none, and changes nothing", () =>
    Effect.gen(function* () {
      const { client } = yield* running([online()])
      expect(yield* Effect.flip(client.configuration.reload({}))).toMatchObject({ _tag: "BadConfiguration" })
      expect(yield* client.accounts.list({})).toHaveLength(1)
    })
  )
})
