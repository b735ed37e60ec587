import { describe, expect, it } from "@effect/vitest"
import { Arbitrary, FastCheck, Schema } from "effect"
import * as Plain from "../../src/delivery/Plain.ts"
import { codec } from "../../src/delivery/SqlQueue/Codec.ts"
import { accountId } from "../../src/domain/Address.ts"
import { Event, MessageReceived } from "../../src/domain/Event.ts"
import { Message, replyMessage } from "../../src/domain/Message.ts"

const said: MessageReceived = {
  _tag: "MessageReceived",
  id: "e1",
  conversation: { account: accountId("qq", "main"), kind: "direct", id: "c2c:1" },
  sender: { id: "1", bot: false },
  at: 0,
  anchor: "a",
  text: "hello \0 \u2028",
  addressed: true,
  attachments: [],
  mentions: [{ person: { id: "2", name: "Bo", bot: true }, self: true, everyone: false }]
}

/** A copy in which one thing, somewhere, is not as its type says. */
const broken = (value: object): FastCheck.Arbitrary<object> => {
  const wrong = FastCheck.constantFrom<unknown>(undefined, null, "", 7, Number.NaN, [1], {}, true)
  return FastCheck.constantFrom(...Object.keys(value)).chain((key) => {
    const inside: unknown = Reflect.get(value, key)
    const spoilt =
      typeof inside === "object" && inside !== null && Object.keys(inside).length > 0
        ? FastCheck.oneof(wrong, broken(inside))
        : wrong
    return spoilt.map((bad) => Object.assign({}, value, { [key]: bad }))
  })
}

/** What is plain is written as its schema writes it. */
const writesPlain = <A, I>(
  schema: Schema.Schema<A, I>,
  plain: (value: A) => boolean,
  values: FastCheck.Arbitrary<A>
) => {
  const { decode, encode } = codec(schema)
  const quick = codec(schema, plain).encode
  FastCheck.assert(
    FastCheck.property(values, (value) => {
      FastCheck.pre(plain(value))
      expect(JSON.parse(quick(value))).toEqual(JSON.parse(encode(value)))
      expect(decode(quick(value))).toEqual(decode(encode(value)))
    })
  )
}

/** What is not as its type says is not plain, unless its schema takes it all the same. */
const refusesBroken = <A, I>(schema: Schema.Schema<A, I>, plain: (value: A) => boolean, value: A & object) =>
  FastCheck.assert(
    FastCheck.property(broken(value), (spoilt) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      if (plain(spoilt as A)) expect(Schema.is(schema)(spoilt)).toBe(true)
    })
  )

describe("Plain", () => {
  it("writes whatever it takes for plain as the schema does", () => {
    const words = Arbitrary.make(MessageReceived.omit("quote", "attachments"))
    const bare = words.map((event) => Object.assign(event, { attachments: [] }))
    writesPlain<Event, typeof Event.Encoded>(Event, Plain.event, bare)
    writesPlain(Message, Plain.message, Arbitrary.make(Message))
  })

  it("takes what people write, and what is answered in words, for plain", () => {
    expect(Plain.event(said)).toBe(true)
    expect(Plain.message(replyMessage(said, 0, { text: "hi", format: "markdown" }))).toBe(true)
  })

  it("takes nothing for plain that a schema refuses to write", () => {
    refusesBroken(Event, Plain.event, said)
    refusesBroken(Message, Plain.message, replyMessage(said, 0, { text: "hi", format: "plain" }))
  })
})
