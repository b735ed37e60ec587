import { describe, expect, it } from "@effect/vitest"
import { Arbitrary, Either, FastCheck, Option, Schema } from "effect"
import { accountId } from "../../src/domain/Address.ts"
import { Event } from "../../src/domain/Event.ts"
import * as Wire from "../../src/handler/Wire.ts"
import * as FakeAdapter from "../../src/testing/FakeAdapter.ts"

const account = accountId("qq", "main")

describe("what a program outside is told", () => {
  it("is one line of JSON of version 1: which try it is, account, platform, conversation and the event", () => {
    const event = FakeAdapter.said(account, "ann", "e1", "one\ntwo")
    const told = Wire.told(event, 2)
    expect(told).not.toContain("\n")
    expect(JSON.parse(told)).toEqual({
      version: 1,
      attempt: 2,
      account: "qq:main",
      platform: "qq",
      conversation: `qq:main/${event.conversation.id}`,
      event
    })
  })

  it("is read back as it was, whatever the event", () => {
    const read = Schema.decodeUnknownOption(Schema.parseJson(Wire.Told))
    const encode = Schema.encodeSync(Schema.parseJson(Event))
    const kept = Schema.decodeUnknownOption(Schema.parseJson(Event))
    FastCheck.assert(
      FastCheck.property(Arbitrary.make(Event), (event) => {
        const told = Wire.told(event, 2)
        expect(told).not.toContain("\n")
        // a number that JSON has not, no platform tells
        FastCheck.pre(Option.isSome(kept(encode(event))))
        expect(Option.map(read(told), ({ event }) => encode(event))).toEqual(Option.some(encode(event)))
      }),
      { numRuns: 50 }
    )
  })
})

describe("what it answers", () => {
  const right: ReadonlyArray<readonly [string, unknown]> = [
    ['{"text":"hello"}', { text: "hello", format: "plain" }],
    ['{"text":"*hello*","format":"markdown"}', { text: "*hello*", format: "markdown" }],
    ['{"piece":"hel"}', { piece: "hel", format: "plain" }],
    ['{"piece":"","format":"markdown"}', { piece: "", format: "markdown" }],
    ['{"text":"new one","comes":"along"}', { text: "new one", format: "plain" }],
    ['{"text":"  "}', undefined],
    [
      '{"media":{"kind":"image","url":"https://a.example/a.png","name":"a.png"}}',
      {
        text: "",
        format: "plain",
        media: { kind: "image", source: { _tag: "Url", url: "https://a.example/a.png" }, name: "a.png" }
      }
    ],
    [
      '{"text":"here","media":{"kind":"file","base64":"AQI="}}',
      {
        text: "here",
        format: "plain",
        media: { kind: "file", source: { _tag: "Bytes", bytes: new Uint8Array([1, 2]) } }
      }
    ],
    [
      '{"text":"which?","buttons":[[{"label":"A","data":"a"},{"label":"B","url":"https://b.example"}]]}',
      {
        text: "which?",
        format: "plain",
        buttons: [
          [
            { _tag: "Press", label: "A", data: "a" },
            { _tag: "Link", label: "B", url: "https://b.example" }
          ]
        ]
      }
    ]
  ]
  for (const [text, reply] of right)
    it(`${text} is understood`, () => expect(Wire.line(text)).toEqual(Either.right(reply)))

  const wrong: ReadonlyArray<readonly [string, RegExp]> = [
    ["hello", /^it wants JSON, and got hello$/],
    ["", /^it wants JSON, and got $/],
    ['"hello"', /^it wants a reply, such as \{"text": "hello"\}, and got "hello"$/],
    ["null", /and got null$/],
    ['[{"text":"hello"}]', /and got \[/],
    ["{}", /^it wants text, or media to show$/],
    ['{"txt":"hello"}', /^it wants text, or media to show$/],
    ['{"text":1}', /^text: Expected string, actual 1$/],
    ['{"piece":null}', /^piece: Expected string/],
    ['{"text":"a","format":"html"}', /^format: Expected "plain" \| "markdown", actual "html"$|^format: /],
    ['{"media":{"kind":"image"}}', /^media: it wants either url or base64$/],
    ['{"media":{"kind":"smell","url":"https://a.example"}}', /^media.kind: /],
    ['{"media":{"kind":"file","base64":"*"}}', /^media.base64: /],
    ['{"text":"a","buttons":[[{"label":"A"}]]}', /^buttons.0.0: it wants either data or url$/]
  ]
  for (const [text, why] of wrong)
    it(`${text === "" ? "nothing" : text} is not, and that is said in one line`, () => {
      const read = Wire.line(text)
      expect(Either.isLeft(read) && read.left).toMatch(why)
      expect(Either.isLeft(read) && read.left).not.toContain("\n")
    })

  it("is quoted no longer than a line where it is not understood", () => {
    const long = Wire.line("x".repeat(1_000_000))
    expect(Either.isLeft(long) && long.left.length).toBeLessThan(300)
  })

  it("never makes the reader throw, whatever it is", () => {
    FastCheck.assert(FastCheck.property(FastCheck.json(), (text) => void Wire.line(text)))
    FastCheck.assert(FastCheck.property(FastCheck.anything(), (value) => void Wire.reply(value)))
  })
})
