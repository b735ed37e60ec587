import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { defaultBot } from "../../../../src/platforms/qq/Simulator/Options.ts"
import { placeKey } from "../../../../src/platforms/qq/Simulator/Place.ts"
import { refusals } from "../../../../src/platforms/qq/Simulator/Refusals.ts"
import { defaults } from "../../../../src/platforms/qq/Simulator/Options.ts"
import { stream } from "../../../../src/platforms/qq/Simulator/Streams.ts"
import { World } from "../../../../src/platforms/qq/Simulator/World.ts"

const place = { kind: "c2c", id: "ANN" } as const

/** A bot that was written to under the id `m1`, and what it streams to there. */
const stage = () => {
  const said = new Map<string, string>()
  const world = new World(
    { ...defaults, textLimit: 50 },
    () => 0,
    1,
    ({ id, text }) => void said.set(id, text)
  )
  const [account] = world.accounts(defaultBot.appId)
  if (account === undefined) throw new Error("there is no bot")
  account.standing.note(place, "C2C_MESSAGE_CREATE")
  account.anchors.add("message", "m1", place, "C2C_MESSAGE_CREATE")
  const first = { input_mode: "replace", input_state: 1, content_type: "text", msg_id: "m1", msg_seq: 9 }
  const say = (index: number, content_raw: string, more: object = {}, where: typeof place = place) => {
    const { body, status } = stream(
      world,
      account,
      where,
      JSON.stringify({ ...first, index, content_raw, ...more }),
      "t"
    )
    const { code, id } = JSON.parse(String(body))
    return status === 200 ? String(id) : Number(code)
  }
  return { account, say, said }
}

const codeOf = (refusal: keyof typeof refusals) => refusals[refusal][1]

describe("QQ simulator, of streamed messages", () => {
  it.effect("shows one message that grows, and spends one reply for it", () =>
    Effect.sync(() => {
      const { account, said, say } = stage()
      const id = String(say(0, "one"))
      expect(say(1, "one two", { stream_msg_id: id })).toBe(id)
      expect(say(2, "one two three", { stream_msg_id: id, input_state: 10 })).toBe(id)
      expect([...said.values()]).toEqual(["one two three"])
      for (const msg_seq of [10, 11, 12]) say(0, "more", { msg_seq })
      expect(say(0, "more", { msg_seq: 13 })).toBe(codeOf("repliesSpent"))
      expect(account.streams.get(id)?.place).toBe(placeKey(place))
    })
  )

  it.effect("refuses each step that does not go on from the last", () =>
    Effect.sync(() => {
      const { said, say } = stage()
      const stream_msg_id = String(say(0, "one"))
      const refused = [
        [say(1, "one", { stream_msg_id: "nobody" }), "unknownStream"],
        [say(0, "one", { stream_msg_id }), "streamOrder"],
        [say(2, "one", { stream_msg_id }), "streamOrder"],
        [say(1, "one", { stream_msg_id, msg_seq: 8 }), "streamOrder"],
        [say(1, "two", { stream_msg_id }), "streamPrefix"],
        [say(1, "o".repeat(51), { stream_msg_id }), "tooLong"],
        [say(1, "one", { stream_msg_id, input_state: 2 }), "badParameter"],
        [say(0, "one", {}), "duplicate"],
        [say(1, "one", { msg_seq: 10 }), "streamOrder"],
        [say(0, "one", { msg_seq: 11, msg_id: "m2" }), "unknownMessage"],
        [say(0, "one", { msg_seq: 12, event_id: "e1" }), "badParameter"]
      ] as const
      for (const [code, refusal] of refused) expect(code, refusal).toBe(codeOf(refusal))
      say(1, "one!", { stream_msg_id, input_state: 10 })
      expect(say(2, "one!!", { stream_msg_id })).toBe(codeOf("streamEnded"))
      expect([...said.values()]).toEqual(["one!"])
    })
  )
})
