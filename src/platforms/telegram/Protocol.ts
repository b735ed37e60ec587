import { array, type Fields, integer, isRecord, record, string, text } from "../../adapter/Fields.ts"
import type { Person } from "../../domain/Address.ts"

/** Something that happened, as Telegram tells it. `id` is a cursor and nothing else: after a quiet week it may start lower. */
export interface Update {
  readonly id: number
  /** the name that Telegram gives it, `message` and so on; `unknown` when it carries nothing that can be read */
  readonly kind: string
  readonly payload: Fields
}

/** The next one is still a 32-bit integer. Source: https://core.telegram.org/bots/api#update */
const greatestId = 2 ** 31 - 2

const update = (item: unknown): Update | undefined => {
  if (!isRecord(item)) return undefined
  const id = integer(item["update_id"])
  // as an offset, what is no positive number throws updates away
  if (id === undefined || id <= 0 || id > greatestId) return undefined
  for (const kind in item) {
    const payload = item[kind]
    if (isRecord(payload)) return { id, kind, payload }
  }
  return { id, kind: "unknown", payload: item }
}

/** The updates that a poll brought. What has no id is skipped; what has nothing else still moves the cursor. */
export const updates = (result: unknown): ReadonlyArray<Update> =>
  array(result)
    .map(update)
    .filter((read) => read !== undefined)

/** What Telegram says of the bot itself. */
export interface Me {
  readonly self: Person
  readonly username: string | undefined
  /** it hears everything that is said in groups; false in privacy mode */
  readonly hearsAll: boolean
}

/** The bot that answers to the token, from the result of `getMe`. */
export const me = (result: unknown): Me | undefined => {
  const { can_read_all_group_messages, first_name, id, username } = record(result)
  const number = integer(id)
  if (number === undefined) return undefined
  const name = text(first_name) ?? text(username)
  return {
    self: { id: String(number), bot: true, ...(name === undefined ? undefined : { name }) },
    username: text(username),
    hearsAll: can_read_all_group_messages === true
  }
}

/** How updates leave Telegram, and how many still wait there. */
export interface WebhookInfo {
  /** empty where the bot is polled */
  readonly url: string
  /** updates that nobody has confirmed yet */
  readonly pending: number
  /** the last delivery that failed; `at` in Unix milliseconds */
  readonly lastError: { readonly at: number; readonly text: string } | undefined
}

/** The webhook's state, from the result of `getWebhookInfo`. */
export const webhookInfo = (result: unknown): WebhookInfo | undefined => {
  const { last_error_date, last_error_message, pending_update_count, url } = record(result)
  const at = integer(last_error_date)
  const address = string(url)
  if (address === undefined) return undefined
  return {
    url: address,
    pending: integer(pending_update_count) ?? 0,
    lastError: at === undefined ? undefined : { at: at * 1000, text: text(last_error_message) ?? "" }
  }
}

/** Where a webhook points, as far as it may be told: its path is often a secret. */
export const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : "an address that is no URL")
