import { describe, expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Raw from "./RawClient.ts"

const [here, there] = ["/v2/users/U1", "/v2/groups/G1"]
const known = { conversations: ["c2c:U1", "group:G1"] }
const offered = { file_type: 1, url: "https://a.example/b.png", srv_send_msg: false }

const filed = (test: (token: string) => Effect.Effect<void, unknown, Raw.Network>) =>
  Raw.withSimulator(known, () => Effect.flatMap(Raw.getToken(), test))

const codeOf = ({ body, status }: Effect.Effect.Success<ReturnType<typeof Raw.call>>) =>
  status === 200 ? 0 : body.err_code

describe("a file", () => {
  it.scoped("is taken, stands for itself in messages to that kind of conversation, and is seen there", () =>
    Raw.withSimulator(known, (simulator) =>
      Effect.gen(function* () {
        const token = yield* Raw.getToken()
        const { text } = yield* Raw.call("POST", `${here}/files`, offered, token)
        expect(text).toContain('"ttl":259200')
        const media = { file_info: /"file_info":"([^"]*)"/.exec(text)?.[1] }
        const said = { msg_type: 7, content: "look", media }
        expect(codeOf(yield* Raw.call("POST", `${there}/messages`, said, token))).toBe(304080)
        expect(codeOf(yield* Raw.call("POST", `${here}/messages`, said, token))).toBe(0)
        expect(yield* simulator.said).toMatchObject([{ conversation: "c2c:U1", text: "look", shows: "image" }])
        yield* TestClock.adjust("3 days")
        const fresh = yield* Raw.getToken()
        expect(codeOf(yield* Raw.call("POST", `${here}/messages`, said, fresh))).toBe(304080)
      })
    )
  )

  it.scoped("that is none, or is offered where the bot does not belong, is refused", () =>
    filed((token) =>
      Effect.gen(function* () {
        const offer = (body: object, to = here) => Effect.map(Raw.call("POST", `${to}/files`, body, token), codeOf)
        expect(yield* offer({ ...offered, file_type: 5 })).toBe(40011000)
        expect(yield* offer({ ...offered, srv_send_msg: true })).toBe(40011000)
        expect(yield* offer({ file_type: 1, url: "nowhere" })).toBe(304082)
        expect(yield* offer({ file_type: 1 })).toBe(304082)
        expect(yield* offer(offered, "/v2/users/U2")).toBe(40054004)
        expect(
          codeOf(yield* Raw.call("POST", `${here}/messages`, { msg_type: 7, media: { file_info: "x" } }, token))
        ).toBe(304080)
      })
    )
  )
})
