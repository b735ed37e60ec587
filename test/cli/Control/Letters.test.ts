import { describe, expect, it } from "@effect/vitest"
import * as HttpClient from "@effect/platform/HttpClient"
import { Effect, TestClock } from "effect"
import type { Desk } from "../../../src/cli/Control/Desk.ts"
import * as Letters from "../../../src/cli/Control/Letters.ts"
import { accountId } from "../../../src/domain/Address.ts"
import { deadEvent, deadMessage, stopped } from "../../http/stage.ts"

const main = accountId("qq", "main")

const desk = Effect.map(stopped(), ({ client, ...queues }) => {
  const http = HttpClient.make(() => Effect.never)
  const nothing = { process: undefined, accounts: new Map(), handlers: [] }
  const desk: Desk = { name: "process 1", ...nothing, has: () => true, client, http }
  return { desk, queues }
})

const ids = (letters: ReadonlyArray<Letters.Letter>) => letters.map(({ id }) => id)

describe("Letters", () => {
  it.scoped("are all that there are, however many pages that is, of all desks, the oldest first", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* desk, yield* desk]
      for (const n of [1, 2, 3, 4]) yield* deadMessage(one.queues, main, `m${n}`)
      yield* TestClock.adjust("1 second")
      yield* deadEvent(other.queues, main, "e")
      yield* TestClock.adjust("1 second")
      yield* deadMessage(one.queues, main, "m5")
      const all = yield* Letters.list([one.desk, other.desk], {}, 2)
      expect(ids(all)).toEqual(["m1", "m2", "m3", "m4", "e", "m5"].map((id) => `${main}/${id}`))
    })
  )

  it.scoped("are meant by an id, or by the beginning of one and no other", () =>
    Effect.gen(function* () {
      const { desk: only, queues } = yield* desk
      for (const id of ["e1", "e1#0", "f1"]) yield* deadMessage(queues, main, id)
      const means = (text: string) =>
        Effect.map(Letters.find([only], [text], {}), ([meant]) =>
          meant?._tag === "One" ? meant.letter.id : meant?._tag
        )
      expect(yield* means("qq:main/e1#0")).toBe("qq:main/e1#0")
      expect(yield* means("qq:main/e1#")).toBe("qq:main/e1#0")
      expect(yield* means("qq:main/e1")).toBe("qq:main/e1")
      expect(yield* means("qq:main/e")).toBe("Several")
      expect(yield* means("qq:main/f")).toBe("qq:main/f1")
      expect(yield* means("e1")).toBe("None")
      expect(yield* means("qq:main/e1#0x")).toBe("None")
    })
  )

  it.scoped("of one id in both queues are told apart by the queue", () =>
    Effect.gen(function* () {
      const { desk: only, queues } = yield* desk
      yield* deadEvent(queues, main, "e1")
      yield* deadMessage(queues, main, "e1")
      const [both] = yield* Letters.find([only], ["qq:main/e1"], {})
      expect(both).toMatchObject({ _tag: "Several", letters: [{ queue: "inbox" }, { queue: "outbox" }] })
      const [one] = yield* Letters.find([only], ["qq:main/e1"], { queue: "outbox" })
      expect(one).toMatchObject({ _tag: "One", letter: { queue: "outbox" } })
    })
  )

  it.scoped("have shortened ids, each of which means what it was made of", () =>
    Effect.gen(function* () {
      const { desk: only, queues } = yield* desk
      const names = ["ROBOT1.0_aaaaaaaaaaaa#0", "ROBOT1.0_aaaaaaaaaaaa#1", "ROBOT1.0_b", "ROBOT1.0_", "x", "x#0"]
      for (const id of names) yield* deadMessage(queues, main, id)
      const letters = yield* Letters.list([only], {})
      const short = Letters.shortened(ids(letters))
      for (const letter of letters) {
        const [meant] = yield* Letters.find([only], [short.get(letter.id) ?? ""], {})
        expect(meant).toMatchObject({ _tag: "One", letter: { id: letter.id } })
      }
      expect(short.get("qq:main/ROBOT1.0_b")).toBe("qq:main/ROBOT1.0_b")
    })
  )

  it("are shortened to eight characters behind their account, and not further", () => {
    const short = Letters.shortened(["telegram:main/chat:42:17#0", "qq:main/ROBOT1.0_abc"])
    expect([...short.values()].toSorted()).toEqual(["qq:main/ROBOT1.0", "telegram:main/chat:42:"])
  })
})
