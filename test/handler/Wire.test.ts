import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { HandlerFailed } from "../../src/handler/Handler.ts"
import * as Wire from "../../src/handler/Wire.ts"
import { joined, pressed, written } from "./events.ts"

const read = Wire.reader(Wire.Said)
const meant = (line: string) => Either.flatMap(read(line), Wire.meant)

describe("what is said outside of the program", () => {
  it.each<[string, unknown]>([
    ['{"text":"a"}', { text: "a", format: "plain" }],
    ['{"text":"*a*","format":"markdown"}', { text: "*a*", format: "markdown" }],
    ['{"piece":"a"}', { piece: "a", format: "plain" }],
    ['{"piece":"","format":"markdown"}', { piece: "", format: "markdown" }],
    [
      '{"text":"a","buttons":[[{"label":"yes","data":""}],[{"label":"more","url":"https://example.org"}]]}',
      {
        text: "a",
        format: "plain",
        buttons: [
          [{ _tag: "Press", label: "yes", data: "" }],
          [{ _tag: "Link", label: "more", url: "https://example.org" }]
        ]
      }
    ],
    [
      '{"media":{"kind":"image","base64":"AAEC","name":"a.png","mediaType":"image/png"}}',
      {
        text: "",
        format: "plain",
        media: {
          kind: "image",
          source: { _tag: "Bytes", bytes: new Uint8Array([0, 1, 2]) },
          name: "a.png",
          mediaType: "image/png"
        }
      }
    ],
    ['{"error":"busy"}', new HandlerFailed({ cause: "busy", retryable: true })],
    [
      '{"error":"no","retryable":false,"silent":true}',
      new HandlerFailed({ cause: "no", retryable: false, silent: true })
    ],
    ["{}", undefined]
  ])("%s is a reply, a piece of one, or none", (line, reply) => {
    expect(meant(line)).toEqual(Either.right(reply))
  })

  it.each([
    ["hello", "it is no JSON"],
    ["", "it is no JSON"],
    ["[]", "it is no JSON object"],
    ["null", "it is no JSON object"],
    ['"hello"', "it is no JSON object"],
    ['{"txt":"hello"}', "its field txt is not as it has to be"],
    ['{"text":1}', "its field text is not as it has to be"],
    ['{"text":null}', "its field text is not as it has to be"],
    ['{"text":"a","format":"html"}', "its field format is not as it has to be"],
    ['{"error":""}', "its field error is not as it has to be"],
    ['{"text":"a","piece":"b"}', "it wants one of a text, a piece and an error, not several"],
    ['{"media":{"kind":"image","url":"u"},"error":"b"}', "it wants one of a text, a piece and an error, not several"],
    ['{"buttons":[]}', "it has buttons, and no text for them to stand below"],
    ['{"text":"a","buttons":[[{"label":"b"}]]}', "its field buttons.0.0 is not as it has to be"],
    ['{"text":"a","buttons":[[{"label":"b","data":"c","url":"d"}]]}', "its field buttons.0.0 is not as it has to be"],
    ['{"media":{"kind":"image"}}', "its field media is not as it has to be"],
    ['{"media":{"kind":"image","url":"u","base64":"AAEC"}}', "its field media is not as it has to be"],
    ['{"media":{"kind":"image","base64":"?"}}', "its field media.base64 is not as it has to be"]
  ])("%s is refused, in words that repeat nothing of it but names", (line, why) => {
    expect(meant(line)).toEqual(Either.left(why))
  })

  it("is asked with the event, its account and its conversation, under a version", () => {
    const encode = Schema.encodeSync(Wire.Asked)
    for (const event of [written("hello"), pressed("yes"), joined])
      expect(encode(Wire.asked(event))).toEqual({
        version: 1,
        account: "qq:main",
        conversation: "qq:main/c2c:1",
        event
      })
  })
})
