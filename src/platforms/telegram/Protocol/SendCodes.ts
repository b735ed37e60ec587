import type { RestFailed } from "../Rest.ts"

/**
 * What a refusal of a send asks for. `rejected`: it never will be taken, for its own sake or for the chat's. `account`: it is
 * not about this message; nothing was taken, and it stays. `uncertain`: it may have been taken. `later`: the platform's pace.
 * `moved`: the chat has become another one; send it there. `plain`: the entities are not taken; send the text without them.
 * `unanchored`: what it answers is not there; send it unasked. `caption`: the message to edit shows something; edit the words
 * beside it. `stands`: it says that already. `unbuttoned`: the buttons are not taken; say what they are in the text. `unshown`: the
 * file is not taken for what it is; attach it as a file, or say where it is.
 */
export type SendAction =
  | "rejected"
  | "account"
  | "uncertain"
  | "later"
  | "moved"
  | "plain"
  | "unanchored"
  | "caption"
  | "stands"
  | "unbuttoned"
  | "unshown"

export interface SendCode {
  readonly status: number
  /** What tells rows of one status apart: a parameter's name for `moved`, else a part of the description, in any case. */
  readonly mark?: string
  readonly meaning: string
  readonly action: SendAction
}

const table = (
  status: number,
  action: SendAction,
  meanings: Readonly<Record<string, string>>
): ReadonlyArray<SendCode> => Object.entries(meanings).map(([mark, meaning]) => ({ status, mark, meaning, action }))

const unformatted = "Telegram cannot show the text in this form"
const unanswerable = "Telegram does not find the message that this answers"
const tooLong = "the text is too long"
const empty = "there is no text"
const unknownChat = "Telegram knows no such chat, or the person never wrote to the bot"
const notAllowed = "the bot may not write here; an administrator of the chat can allow it"
const badButtons = "Telegram does not take the buttons"
const notEditable = "the message to change is gone, or cannot be changed"
const unfetched = "Telegram could not fetch the file from its address"
const wrongAddress = "Telegram does not take the file's address"
const badFile = "Telegram does not take the file"

/**
 * Every refusal that a send, an edit or a chat action is known to be answered with; of one status, the first row that fits.
 * Sources: https://core.telegram.org/bots/api#making-requests, https://core.telegram.org/api/errors, and, for the words, the
 * server that writes them: https://github.com/tdlib/telegram-bot-api
 */
export const sendCodes: ReadonlyArray<SendCode> = [
  ...table(400, "moved", {
    migrate_to_chat_id: "the group has become a supergroup, and what was said before cannot be changed"
  }),
  ...table(400, "stands", { "message is not modified": "the message says that already" }),
  ...table(400, "plain", {
    "can't parse entities": unformatted,
    MessageEntity: unformatted,
    "entity begin": unformatted,
    "an entity with incorrect": unformatted,
    ENTITY_: unformatted,
    ENTITIES_: unformatted
  }),
  ...table(400, "unbuttoned", {
    BUTTON_: badButtons,
    "inline keyboard": badButtons,
    "reply keyboard markup": badButtons,
    REPLY_MARKUP_: badButtons
  }),
  ...table(400, "unanchored", {
    "message to be replied not found": unanswerable,
    "message to reply not found": unanswerable,
    REPLY_MESSAGE_ID_INVALID: unanswerable
  }),
  ...table(400, "caption", { "there is no text in the message to edit": "the message to change is no text" }),
  ...table(400, "unshown", {
    VOICE_MESSAGES_FORBIDDEN: "the person takes no voice messages",
    "failed to get HTTP URL content": unfetched,
    "can't upload file by URL": unfetched,
    "wrong type of the web page content": "what is at the file's address is not what Telegram can show in this way",
    "wrong file identifier/HTTP URL specified": wrongAddress,
    "wrong HTTP URL specified": wrongAddress,
    "is too big": "the file is larger than Telegram takes",
    PHOTO_INVALID_DIMENSIONS: badFile,
    IMAGE_PROCESS_FAILED: badFile
  }),
  ...table(400, "rejected", {
    "chat not found": unknownChat,
    "user not found": unknownChat,
    PEER_ID_INVALID: unknownChat,
    "upgraded to a supergroup": "the group has become a supergroup, and Telegram does not say which",
    "not enough rights": notAllowed,
    "have no rights to send": notAllowed,
    CHAT_WRITE_FORBIDDEN: notAllowed,
    TOPIC_CLOSED: "the topic is closed; an administrator of the chat can open it again",
    "message thread not found": "the topic is gone, and the message belongs nowhere else",
    "message to edit not found": notEditable,
    "message can't be edited": notEditable,
    "there is no caption in the message to edit": notEditable,
    "is too long": tooLong,
    "text is empty": empty,
    "text must be non-empty": empty
  }),
  { status: 401, meaning: "Telegram refuses the token", action: "account" },
  // Telegram itself says it of chats, and in words that begin like this
  ...table(403, "rejected", { "Forbidden:": "the bot was blocked or removed, or may not write here" }),
  { status: 403, meaning: "something on the way to Telegram refuses", action: "account" },
  ...table(404, "rejected", { "method not found": "the Bot API server is too old for it" }),
  { status: 404, meaning: "there is no such bot at this address", action: "account" },
  { status: 407, meaning: "a proxy on the way to Telegram wants to know who asks", action: "account" },
  { status: 408, meaning: "something on the way to Telegram gave up waiting", action: "uncertain" },
  { status: 409, meaning: "somebody else uses this bot", action: "account" },
  { status: 413, meaning: "the file is larger than Telegram takes", action: "rejected" },
  { status: 420, meaning: "too many messages", action: "later" },
  { status: 421, meaning: "this server does not serve this bot", action: "account" },
  { status: 429, meaning: "too many messages", action: "later" }
]

/** What is known of an answer that is in no row; what is none of the Bot API's came from something on the way to it. */
const unlisted = (status: number, foreign: boolean): SendCode => {
  if (status < 400 || status >= 500) return { status, meaning: "Telegram gave no proper answer", action: "uncertain" }
  return foreign
    ? { status, meaning: "something on the way to Telegram refuses", action: "account" }
    : { status, meaning: "Telegram refuses it", action: "rejected" }
}

/** What a refusal says about a send; undefined where no answer came. */
export const sendCode = ({
  description = "",
  foreign = false,
  migrateTo,
  status
}: RestFailed): SendCode | undefined => {
  if (status === undefined) return undefined
  const words = description.toLowerCase()
  const fits = ({ action, mark }: SendCode): boolean =>
    action === "moved" ? migrateTo !== undefined : mark === undefined || words.includes(mark.toLowerCase())
  return sendCodes.find((row) => row.status === status && fits(row)) ?? unlisted(status, foreign)
}
