import * as Duration from "effect/Duration"

/**
 * What an answer to a send asks for. `rejected`: never. `later`: the platform's pace; `retry`: its own trouble; both after
 * `wait`. `anchor`: what it answers is too old, too often answered, or unknown; send it unasked. `plain`: markdown is not
 * taken; send it as text. `unbuttoned`: the buttons are not taken; say what they are in the text. `unlinked`: nor is a link; tell it as mere words. `unshown`: the file is not
 * taken; say where it is. `refetch`: QQ had trouble with the file; offer it again after `wait`, once. `repeat`: QQ's own trouble,
 * which one repeat after `wait` mends, and no second one. `unstreamed`: a streamed message cannot go on like this. `delivered`:
 * taken before. `audit`: taken, and shown when a person of QQ has read it.
 */
export type SendAction =
  | "rejected"
  | "later"
  | "retry"
  | "anchor"
  | "plain"
  | "unbuttoned"
  | "unlinked"
  | "unshown"
  | "refetch"
  | "repeat"
  | "unstreamed"
  | "delivered"
  | "audit"

export interface SendCode {
  readonly code: number
  readonly meaning: string
  readonly action: SendAction
  readonly wait: Duration.Duration
}

const table = (
  action: SendAction,
  meanings: Readonly<Record<number, string>>,
  wait: Duration.Duration = Duration.zero
): ReadonlyArray<SendCode> =>
  Object.entries(meanings).map(([code, meaning]) => ({ code: Number(code), meaning, action, wait }))

const ark = "the structured message is not permitted or not complete"
const markdown = "QQ cannot show this markdown"
const keyboard = "the keyboard is not as QQ wants it"
const command = "the command element is not as QQ wants it"
const stream = "the streamed message is not as QQ wants it"
const media = "the attachment is not as QQ wants it"
const unregistered = "it contains a link to a site that is not registered in the QQ bot console"
const wakeUp = "messages that wake a conversation up are not allowed, or used up"

/**
 * Every code that a send is known to be answered with. Day's quotas are `rejected` rather than `later`: a message that waits
 * until tomorrow would hold back every fresh reply behind it.
 * Source: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/error-trace/openapi.html
 */
export const sendCodes: ReadonlyArray<SendCode> = [
  ...table("delivered", { 40054005: "taken before" }),
  ...table("audit", { 304023: "waits for QQ's audit", 304024: "waits for QQ's audit" }),
  ...table("anchor", {
    304026: "QQ does not know the message that this answers",
    304027: "the message that this answers is too old",
    304028: "the message that this answers was not meant for the bot",
    304103: "the message that this answers is too old",
    40034005: "the message that this answers is too old",
    40034024: "QQ does not know the message that this answers, or it is not the bot's to answer",
    40034025: "QQ does not know the event that this answers",
    40034026: "the event that this answers is too old",
    40034027: "this kind of event cannot be answered",
    40034128: "the reply window has passed, or all its replies are used"
  }),
  ...table("plain", {
    50041: markdown,
    50054: markdown,
    50055: markdown,
    50056: "the bot may not send markdown",
    50057: markdown,
    304036: "the bot may not send this markdown template",
    40034008: markdown,
    40034009: markdown,
    40034010: markdown,
    40034011: markdown,
    40034090: "the bot may not send markdown",
    40034124: markdown,
    40034127: "the bot may not send markdown"
  }),
  ...table("unbuttoned", {
    50037: keyboard,
    304038: keyboard,
    304039: keyboard,
    304040: keyboard,
    305007: keyboard,
    40034029: keyboard
  }),
  ...table("unlinked", { 304003: unregistered, 40054010: unregistered }),
  ...table("unshown", {
    10000: "QQ could not take the attachment",
    304020: "the attachment is larger than QQ takes",
    304080: media,
    340067: media,
    340069: media,
    850018: media,
    850019: media,
    850026: media,
    850027: media,
    850031: media,
    40093002: "the day's uploads are used up"
  }),
  ...table(
    "refetch",
    {
      304010: "QQ could not transfer the picture",
      304017: "QQ could not take the picture",
      304021: "QQ could not fetch the attachment",
      40093001: "QQ has not seen all of the attachment yet",
      304082: "QQ could not fetch the attachment",
      304083: "QQ could not convert the attachment",
      40034004: "QQ could not transfer the attachment"
    },
    Duration.seconds(1)
  ),
  ...table(
    "repeat",
    {
      11252: "QQ could not check the bot's permissions",
      11263: "QQ could not check the bot's permissions in this guild",
      11281: "QQ could not check the bot's permissions"
    },
    Duration.seconds(1)
  ),
  ...table(
    "later",
    { 20028: "too many messages to this channel", 50002: "too much is streamed at once" },
    Duration.seconds(10)
  ),
  ...table(
    "later",
    {
      22009: "too many messages",
      40034100: "too many unasked messages",
      1100100: "too many messages",
      1100308: "too many messages to this guild"
    },
    Duration.minutes(1)
  ),
  ...table("later", { 40054002: "the bot is muted in this group" }, Duration.minutes(5)),
  ...table(
    "retry",
    {
      50001: "QQ has an internal error",
      304016: "QQ could not send it",
      304018: "the bot is not connected to the gateway",
      304033: "QQ could not find the direct conversation",
      304044: "QQ could not read the message settings",
      40054006: "QQ could not check whether the person is a friend",
      50055001: "QQ has an internal error",
      50055002: "QQ has an internal error",
      50055006: "QQ has an internal error"
    },
    Duration.seconds(30)
  ),
  ...table("unstreamed", {
    40007: stream,
    40034016: stream,
    40034017: stream,
    40034018: stream,
    40034019: stream,
    40034020: stream,
    40034021: stream,
    40034022: stream,
    40054014: stream,
    40054015: stream,
    // seen in public logs beside 40007: it does not begin with what is shown
    40113003: stream
  }),
  ...table("rejected", {
    11253: "the bot was not granted this interface",
    11254: "this interface is forbidden to the bot",
    11255: "QQ does not accept the request",
    11264: "the guild has not granted this to the bot",
    11282: "the bot would have to be an administrator",
    22006: "the type of the message and its content do not fit",
    50006: "the message is empty",
    50059: "the typing notice is not as QQ wants it",
    304004: ark,
    304014: ark,
    304022: "unasked messages are not allowed at this hour",
    304025: "QQ refuses the content",
    304031: "the person has closed direct messages",
    304032: "there is no such direct conversation",
    304034: "the bot is not part of this direct conversation",
    304035: "the day's unasked messages to channels of this guild are used up",
    304045: "the day's unasked messages to this channel are used up",
    304046: "unasked messages are not allowed in this channel",
    304047: "the day's unasked messages to channels of this guild are used up",
    304048: "unasked messages are not allowed in this guild",
    304049: "the day's unasked direct messages to this person are used up",
    304050: "the day's unasked direct messages are used up",
    304051: "the message settings are not as QQ wants them",
    304052: "too many message settings",
    304061: ark,
    304062: ark,
    304064: ark,
    1100101: "QQ refuses the content",
    40011000: "a field is of the wrong type or out of range",
    40034006: "QQ refuses the content",
    40034101: "the bot is not a member of this group",
    40034102: "unasked messages are not allowed here",
    40034105: "unasked messages are not allowed here",
    40034106: command,
    40034108: command,
    40034109: command,
    40034122: wakeUp,
    40034123: wakeUp,
    40054003: "the bot is not a member of this group",
    40054004: "the person is not a friend of the bot",
    40054007: "the text is too long",
    40054013: "the person refuses messages of the bot",
    40054016: "the bot was taken down",
    40054018: "the text is too long"
  })
]

const byCode = new Map(sendCodes.map((row) => [row.code, row]))

/** What `code` says about a send; undefined for a code that is not known. */
export const sendCode = (code: number | undefined): SendCode | undefined =>
  code === undefined ? undefined : byCode.get(code)
