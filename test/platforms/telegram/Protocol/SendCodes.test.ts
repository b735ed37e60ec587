import { describe, expect, it } from "@effect/vitest"
import { type SendAction, sendCode, sendCodes } from "../../../../src/platforms/telegram/Protocol/SendCodes.ts"
import { RestFailed } from "../../../../src/platforms/telegram/Rest.ts"

const answer = (status: number, description?: string, migrateTo?: string) =>
  new RestFailed({ method: "sendMessage", cause: "no", sent: true, status, description, migrateTo })

const upgraded = "Bad Request: group chat was upgraded to a supergroup chat"

/** Answers as the platform writes them, by what they ask for: https://github.com/tdlib/telegram-bot-api */
const answers: Readonly<
  Record<SendAction, ReadonlyArray<readonly [status: number, description?: string, to?: string]>>
> = {
  moved: [[400, upgraded, "-1001900000001"]],
  stands: [
    [
      400,
      "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"
    ]
  ],
  plain: [
    [400, "Bad Request: can't parse entities: Can't find end of Bold entity at byte offset 3"],
    [400, 'Bad Request: can\'t parse MessageEntity: Field "offset" must be of type Number'],
    [400, "Bad Request: messageEntityTextUrl.url must be encoded in UTF-8"],
    [400, "Bad Request: entity begins after the end of the text at UTF-16 offset 9"],
    [400, "Bad Request: entity beginning at UTF-16 offset 2 ends after the end of the text at UTF-16 offset 11"],
    [400, "Bad Request: receive an entity with incorrect length -1"],
    [400, "Bad Request: ENTITY_BOUNDS_INVALID"],
    [400, "Bad Request: ENTITIES_TOO_LONG"]
  ],
  unanchored: [
    [400, "Bad Request: message to be replied not found"],
    [400, "Bad Request: message to reply not found"],
    [400, "Bad Request: REPLY_MESSAGE_ID_INVALID"]
  ],
  unbuttoned: [
    [400, "Bad Request: BUTTON_DATA_INVALID"],
    [400, "Bad Request: BUTTON_URL_INVALID"],
    [400, "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"],
    [400, "Bad Request: can't parse reply keyboard markup JSON object"],
    [400, "Bad Request: REPLY_MARKUP_TOO_LONG"]
  ],
  unshown: [
    [400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"],
    [400, "Bad Request: failed to get HTTP URL content"],
    [400, "Bad Request: can't upload file by URL"],
    [400, "Bad Request: wrong type of the web page content"],
    [400, "Bad Request: wrong file identifier/HTTP URL specified"],
    [400, "Bad Request: wrong HTTP URL specified"],
    [400, "Bad Request: file is too big"],
    [400, "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"],
    [400, "Bad Request: PHOTO_INVALID_DIMENSIONS"],
    [400, "Bad Request: IMAGE_PROCESS_FAILED"]
  ],
  caption: [[400, "Bad Request: there is no text in the message to edit"]],
  rejected: [
    [400, "Bad Request: chat not found"],
    [400, "Bad Request: private chat not found"],
    [400, "Bad Request: user not found"],
    [400, "Bad Request: PEER_ID_INVALID"],
    [400, upgraded],
    [400, "Bad Request: not enough rights to send text messages to the chat"],
    [400, "Bad Request: have no rights to send a message"],
    [400, "Bad Request: CHAT_WRITE_FORBIDDEN"],
    [400, "Bad Request: TOPIC_CLOSED"],
    [400, "Bad Request: message thread not found"],
    [400, "Bad Request: message to edit not found"],
    [400, "Bad Request: message can't be edited"],
    [400, "Bad Request: there is no caption in the message to edit"],
    [400, "Bad Request: message is too long"],
    [400, "Bad Request: message caption is too long"],
    [400, "Bad Request: message text is empty"],
    [400, "Bad Request: text must be non-empty"],
    [400, "Bad Request: what nobody has listed"],
    [400],
    [403, "Forbidden: bot was blocked by the user"],
    [403, "Forbidden: user is deactivated"],
    [403, "Forbidden: bot can't initiate conversation with a user"],
    [403, "Forbidden: the bot can't send messages to the bot"],
    [403, "Forbidden: bot was kicked from the supergroup chat"],
    [403, "Forbidden: bot is not a member of the channel chat"],
    [403, "Forbidden: the group chat was deleted"],
    [404, "Not Found: method not found"],
    [413, "Request Entity Too Large"],
    [413],
    [418]
  ],
  account: [
    [401, "Unauthorized"],
    [401, "Unauthorized: invalid token specified"],
    [403],
    [404, "Not Found"],
    [404],
    [407],
    [409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"],
    [421, "Misdirected Request: unallowed token specified"]
  ],
  later: [[429, "Too Many Requests: retry after 5"], [429], [420, "FLOOD_WAIT"]],
  uncertain: [[500, "Internal Server Error: restart"], [502], [503], [504], [408], [200], [302]]
}

const walked = Object.entries(answers).flatMap(([action, all]) => all.map((one) => ({ action, one })))

describe("Telegram send codes", () => {
  it("every answer that the platform is known to give is of its class (F31)", () => {
    expect(walked.map(({ one }) => [...one, sendCode(answer(...one))?.action])).toEqual(
      walked.map(({ action, one }) => [...one, action])
    )
  })

  it("every row is the one that some known answer finds", () => {
    const found = new Set(walked.map(({ one }) => sendCode(answer(...one))))
    expect(sendCodes.filter((row) => !found.has(row))).toEqual([])
    expect(sendCodes.length).toBeGreaterThan(40)
  })

  it("every row says what it means, and only rows of one status have marks in words", () => {
    for (const { mark, meaning, status } of sendCodes) {
      expect(meaning, `${status} ${mark}`).not.toBe("")
      if (mark !== undefined) expect([400, 403, 404], mark).toContain(status)
    }
  })

  it("a new chat is known by its parameter, whatever the words", () => {
    expect(sendCode(answer(400, "Bad Request: chat not found", "-1001"))?.action).toBe("moved")
    expect(sendCode(answer(400, upgraded))?.action).toBe("rejected")
  })

  it("the same words in other letters mean the same", () => {
    expect(sendCode(answer(400, "Bad Request: Message Is Not Modified"))?.action).toBe("stands")
  })

  it("a page that something in between answers says nothing of the message: it stays, and a file too large is too large (F31)", () => {
    const page = (status: number) =>
      sendCode(new RestFailed({ method: "sendMessage", cause: "a page", sent: true, foreign: true, status }))?.action
    expect([400, 403, 404, 405, 418, 451].map(page)).toEqual(Array.from({ length: 6 }, () => "account"))
    expect([408, 413, 429, 500, 502, 200].map(page)).toEqual([
      "uncertain",
      "rejected",
      "later",
      "uncertain",
      "uncertain",
      "uncertain"
    ])
  })

  it("where no answer came there is nothing to look up", () => {
    expect(sendCode(new RestFailed({ method: "sendMessage", cause: "reset", sent: true }))).toBeUndefined()
  })
})
