import { expect, it } from "@effect/vitest"
import { allowedUpdates } from "../../../../src/platforms/telegram/Protocol/AllowedUpdates.ts"

/** All that there is, by Bot API 10.1. */
const known =
  "message edited_message channel_post edited_channel_post business_connection business_message edited_business_message deleted_business_messages guest_message message_reaction message_reaction_count inline_query chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll poll_answer my_chat_member chat_member chat_join_request chat_boost removed_chat_boost managed_bot".split(
    " "
  )

it("a bot asks by name for updates that there are, each once, and for chat_member, which it is not given unasked", () => {
  for (const name of allowedUpdates) expect(known).toContain(name)
  expect(new Set(allowedUpdates).size).toBe(allowedUpdates.length)
  expect(allowedUpdates).toEqual(expect.arrayContaining(["message", "edited_message", "callback_query", "chat_member"]))
})
