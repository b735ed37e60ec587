import { describe, expect, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import { AccountId, accountId, conversationKey, nameOf, platformOf } from "../../src/domain/Address.ts"

describe("AccountId", () => {
  it("is made of a platform and a name, and comes apart again", () => {
    const id = accountId("qq", "main2")
    expect([id, platformOf(id), nameOf(id)]).toEqual(["qq:main2", "qq", "main2"])
  })

  it.each(["qq", "qq:", ":main", "qq:Main", "qq:my_bot", "qq:a/b", "qq:a:b", "qq:main ", ""])(
    "refuses %j, and says how one is written",
    (text) => {
      const decoded = Schema.decodeEither(AccountId)(text)
      expect(Either.isLeft(decoded)).toBe(true)
      if (Either.isLeft(decoded)) expect(decoded.left.message).toContain("platform:name, such as qq:main")
    }
  )
})

describe("conversationKey", () => {
  it("keeps the conversations of two accounts apart, whatever their ids hold (F92)", () => {
    const key = (name: string, id: string) => conversationKey({ account: accountId("qq", name), kind: "direct", id })
    expect(key("main", "c2c:7C/0E")).toBe("qq:main/c2c:7C/0E")
    expect(key("main", "x")).not.toBe(key("main2", "x"))
    expect(key("main", "a/b")).not.toBe(key("main", "a"))
  })
})
