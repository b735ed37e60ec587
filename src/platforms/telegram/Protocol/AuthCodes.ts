import type { Verdict } from "../../../adapter/AdapterError.ts"

/** What a refusal of a call that is about the bot itself asks for: a person, a look at who else is there, a pause, or another line. */
export type AuthCode = { readonly status: number; readonly meaning: string } & (
  | { readonly action: "conflict" | "wait" | "line" }
  | { readonly action: "fatal"; readonly verdict: Verdict }
)

/**
 * Refusals of getMe, getUpdates, getWebhookInfo, setWebhook and deleteWebhook, which are about the bot and not about a chat.
 * Sources: https://core.telegram.org/bots/api#making-requests, https://core.telegram.org/api/errors, and the server that
 * answers: https://github.com/tdlib/telegram-bot-api
 */
export const authCodes: ReadonlyArray<AuthCode> = [
  {
    status: 401,
    meaning: "the token is refused",
    action: "fatal",
    verdict: {
      reason: "Unauthorized",
      remedy:
        "Compare TELEGRAM_BOT_TOKEN with what @BotFather shows for this bot; a token that was revoked there no longer works."
    }
  },
  // Telegram refuses chats with it, never the bot: here it comes from something in between
  { status: 403, meaning: "something on the way to Telegram refuses", action: "line" },
  {
    status: 404,
    meaning: "there is no such bot at this address",
    action: "fatal",
    verdict: {
      reason: "Misconfigured",
      remedy:
        "Check that TELEGRAM_BOT_TOKEN is a whole token as @BotFather shows it, digits, a colon and 35 characters, and that TELEGRAM_API_BASE_URL, if it is set, is a Bot API server."
    }
  },
  { status: 409, meaning: "somebody else receives this bot's updates", action: "conflict" },
  { status: 420, meaning: "too many requests", action: "wait" },
  {
    status: 421,
    meaning: "this server does not serve this bot",
    action: "fatal",
    verdict: {
      reason: "Misconfigured",
      remedy:
        "The server of TELEGRAM_API_BASE_URL is limited to other bots: allow this one there, or unset the variable."
    }
  },
  { status: 429, meaning: "too many requests", action: "wait" }
]

const byStatus = new Map(authCodes.map((row) => [row.status, row]))

/** What `status` says about the bot; undefined when it says nothing about it and is worth another try. */
export const authCode = (status: number | undefined): AuthCode | undefined =>
  status === undefined ? undefined : byStatus.get(status)

/** A webhook receives what we would poll for; `host` is where it points. */
export const webhookInTheWay = (host: string): Verdict => ({
  reason: "Misconfigured",
  remedy: `Set TELEGRAM_REMOVE_WEBHOOK=true to have the webhook at ${host} removed (what waits for it is kept), or have whoever set it call deleteWebhook.`
})

/** A webhook that we have removed is there again; `host` is where it points. */
export const webhookSetAgain = (host: string): Verdict => ({
  reason: "Misconfigured",
  remedy: `The webhook was removed, and something set it again: find the program at ${host} that uses this token and stop it, or /revoke the token at @BotFather and set the new one here.`
})

/** Somebody else polls with our token. Telegram does not say who. */
export const secondPoller: Verdict = {
  reason: "Conflict",
  remedy:
    "Another process polls with this token, perhaps an older copy of this bot on another machine: find it by its TELEGRAM_BOT_TOKEN and stop it. If it cannot be found, /revoke the token at @BotFather and set the new one here."
}

/** Telegram does not take the webhook; its own words say why. */
export const webhookRefused: Verdict = {
  reason: "Misconfigured",
  remedy:
    "Check TELEGRAM_WEBHOOK_URL and TELEGRAM_WEBHOOK_SECRET: the address must be https on port 443, 80, 88 or 8443, at a name that leads to a public IPv4 address, and the secret 1 to 256 letters, digits, _ and -."
}

/** Whenever we set the webhook somebody else sets it too, or removes it; `host` is where it points, if anywhere. */
export const secondWebhook = (host: string | undefined): Verdict => ({
  reason: "Conflict",
  remedy: `Another program uses this token: find ${host === undefined ? "the one that removes its webhook, perhaps because it polls" : `the one at ${host}`}, and stop it, or /revoke the token at @BotFather and set the new one here.`
})
