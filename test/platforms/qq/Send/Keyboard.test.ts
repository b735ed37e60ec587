import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Button } from "../../../../src/domain/Message.ts"
import { sendCodes } from "../../../../src/platforms/qq/Protocol/SendCodes.ts"
import { main } from "../wire.ts"
import { message, opened, refused, taken } from "./asking.ts"

const press = (label: string): Button => ({ _tag: "Press", label, data: `do:${label}` })
const link: Button = { _tag: "Link", label: "docs", url: "https://a.example" }
const asks = (id: string, buttons: ReadonlyArray<ReadonlyArray<Button>>, text = "sure?", markdown = false) => {
  const bare = message(id, { text, markdown })
  return { ...bare, content: { ...bare.content, buttons } }
}
const answer = { msg_id: "ROBOT1.0_x!", msg_seq: 1 }
const listed = "sure?\n• yes\n• docs: https://a.example"

describe("QQ Keyboard", () => {
  it.effect(
    "buttons stand below markdown, in direct conversations, groups and channels of guilds; what is plain reads as it stands",
    () =>
      Effect.gen(function* () {
        const { asked, send } = yield* opened(() => taken)
        yield* send(asks("group:G", [[press("yes")], [link]], "2 * 3 * 4?"))
        yield* send(asks("c2c:A", [[press("yes")]], "**sure**?", true))
        yield* send(asks("channel:98/16", [[press("yes")]], "> a\n\n[@Ann](person:0B1C), **sure**?", true))
        const permission = { type: 2 }
        const keys = [
          [
            {
              id: "0.0",
              render_data: { label: "yes", visited_label: "yes", style: 1 },
              action: { type: 1, data: "do:yes", permission, unsupport_tips: "yes" }
            }
          ],
          [
            {
              id: "1.0",
              render_data: { label: "docs", visited_label: "docs", style: 1 },
              action: { type: 0, data: "https://a.example", permission, unsupport_tips: "docs" }
            }
          ]
        ].map((buttons) => ({ buttons }))
        expect(asked.map(({ body }) => body)).toEqual([
          {
            msg_type: 2,
            markdown: { content: String.raw`2 \* 3 \* 4?` },
            keyboard: { content: { rows: keys } },
            ...answer
          },
          {
            msg_type: 2,
            markdown: { content: "**sure**?" },
            keyboard: { content: { rows: keys.slice(0, 1) } },
            ...answer
          },
          {
            markdown: { content: `> a\n\n<qqbot-at-user id="0B1C" />, **sure**?` },
            keyboard: { content: { rows: keys.slice(0, 1) } },
            msg_id: answer.msg_id
          }
        ])
      })
  )

  it.effect("a label that has no room on its button is cut there, and told in the text", () =>
    Effect.gen(function* () {
      const { asked, send } = yield* opened(() => taken)
      yield* send(asks("group:G", [[press("1234567890"), press("show 👍 me more")], [link]]))
      const [labels] = asked.map(({ body }) => JSON.stringify(body).match(/"label":"[^"]*"/g))
      expect(labels).toEqual(['"label":"1234567890"', '"label":"show 👍 me…"', '"label":"docs"'])
      expect(asked[0]?.body).toMatchObject({ markdown: { content: "sure?\n• show 👍 me more" } })
    })
  )

  it.effect("where none can stand, or too many are wanted, they are told in the text", () =>
    Effect.gen(function* () {
      const buttons = [[press("yes"), link]]
      const { asked, send } = yield* opened(() => taken)
      yield* send(asks("dm:98", buttons))
      yield* send(
        asks(
          "group:G",
          Array.from({ length: 6 }, () => [press("yes")])
        )
      )
      const bare = yield* opened(() => taken, { ...main, markdown: false })
      yield* bare.send(asks("group:G", buttons))
      yield* bare.send(asks("channel:98/16", buttons))
      expect([...asked, ...bare.asked].map(({ body }) => body)).toMatchObject([
        { content: listed },
        { msg_type: 0, content: `sure?${"\n• yes".repeat(6)}` },
        { msg_type: 0, content: listed },
        { content: listed }
      ])
    })
  )

  it.effect(
    "buttons that QQ does not take, or takes with no markdown, are told in the text, once, as the same reply",
    () =>
      Effect.gen(function* () {
        for (const { action, code } of sendCodes.filter(
          ({ action }) => action === "unbuttoned" || action === "plain"
        )) {
          const { asked, send } = yield* opened((nth) => (nth === 1 ? refused(code) : taken))
          yield* send(asks("c2c:A", [[press("yes"), link]]))
          expect(asked[1]?.body, `${action} ${code}`).toEqual({ msg_type: 0, content: listed, ...answer })
          const guild = yield* opened((nth) => (nth === 1 ? refused(code) : taken))
          yield* guild.send(asks("channel:98/16", [[press("yes"), link]]))
          expect(guild.asked[1]?.body).toEqual({ content: listed, msg_id: answer.msg_id })
          const stubborn = yield* opened(() => refused(code))
          expect(yield* Effect.flip(stubborn.send(asks("c2c:A", [[link]])))).toMatchObject({ reason: "Rejected", code })
          expect(stubborn.asked).toHaveLength(2)
        }
      })
  )
})
