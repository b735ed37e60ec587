import type { Verdict } from "../../../adapter/AdapterError.ts"

/** What a refusal of the credentials asks for: pause, fetch another token and try once more, or call a person. */
export type AuthCode = { readonly code: number; readonly meaning: string } & (
  | { readonly action: "refused" | "refresh" }
  | { readonly action: "wait"; /** milliseconds */ readonly wait: number }
  | { readonly action: "fatal"; readonly verdict: Verdict }
)

const portal = "the QQ bot console (https://q.qq.com)"
const credentials = `Compare QQ_APP_ID and QQ_CLIENT_SECRET with what ${portal} shows under Development, Settings; a secret that was reset there no longer works.`

export const unauthorized: Verdict = { reason: "Unauthorized", remedy: credentials }
const misconfigured = (remedy: string): Verdict => ({ reason: "Misconfigured", remedy })
const allowlisted = misconfigured(`Add the public address of this machine to the IP allowlist in ${portal}.`)

/**
 * Refusals of the token service, which come with status 200.
 * Source: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/interface-framework/api-use.html
 */
export const tokenCodes: ReadonlyArray<AuthCode> = [
  { code: 100001, meaning: "too many requests", action: "wait", wait: 60_000 },
  { code: 100007, meaning: "invalid app id", action: "fatal", verdict: misconfigured(credentials) },
  { code: 100016, meaning: "invalid app id or secret", action: "fatal", verdict: unauthorized },
  { code: 10004, meaning: "the bot does not exist", action: "fatal", verdict: misconfigured(credentials) }
]

/**
 * Refusals of credentials by every other call.
 * Source: https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/error-trace/openapi.html; 11244, 11245, 11293 and 11298 with
 * 40023002 are not in it and were seen in public logs.
 */
export const authCodes: ReadonlyArray<AuthCode> = [
  { code: 11241, meaning: "no token in the request", action: "refresh" },
  { code: 11242, meaning: "the token could not be checked", action: "refresh" },
  { code: 11243, meaning: "the token was refused", action: "refresh" },
  { code: 11244, meaning: "the token does not exist or has expired", action: "refresh" },
  {
    code: 11245,
    meaning: "the fixed Bot token is disabled",
    action: "fatal",
    verdict: misconfigured(
      "Something between this program and QQ changes the Authorization header: check QQ_API_BASE_URL."
    )
  },
  { code: 11251, meaning: "wrong app id", action: "fatal", verdict: misconfigured(credentials) },
  { code: 11252, meaning: "the bot's permissions could not be checked", action: "refused" },
  { code: 11253, meaning: "the bot was not granted this interface", action: "refused" },
  { code: 11254, meaning: "this interface is forbidden to the bot", action: "refused" },
  { code: 11255, meaning: "invalid request", action: "refused" },
  { code: 11261, meaning: "no app id", action: "fatal", verdict: misconfigured(credentials) },
  { code: 11263, meaning: "the bot's permissions in this guild could not be checked", action: "refused" },
  { code: 11264, meaning: "the guild has not granted this to the bot", action: "refused" },
  {
    code: 11265,
    meaning: "the bot is banned",
    action: "fatal",
    verdict: { reason: "Banned", remedy: `Ask QQ to lift the ban: ${portal} says why it was made.` }
  },
  { code: 11275, meaning: "no app id", action: "fatal", verdict: misconfigured(credentials) },
  { code: 11281, meaning: "the bot's permissions could not be checked", action: "refused" },
  { code: 11282, meaning: "the bot would have to be an administrator", action: "refused" },
  { code: 11293, meaning: "refused for good", action: "refused" },
  { code: 11298, meaning: "this machine's address is not allowed", action: "fatal", verdict: allowlisted },
  { code: 40023002, meaning: "this machine's address is not allowed", action: "fatal", verdict: allowlisted }
]

const lookup = (rows: ReadonlyArray<AuthCode>) => {
  const byCode = new Map(rows.map((row) => [row.code, row]))
  return (code: number | undefined): AuthCode | undefined => (code === undefined ? undefined : byCode.get(code))
}

/** What the token service means by `code`; undefined is worth another try. */
export const tokenCode = lookup(tokenCodes)

/** What a REST call's `code` says about the credentials; undefined when it says nothing about them. */
export const authCode = lookup(authCodes)
