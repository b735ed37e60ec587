import { type AdapterFatal, ConnectionLost, fatal } from "../../adapter/AdapterError.ts"
import type { AccountId } from "../../domain/Address.ts"
import { type AuthCode, authCode } from "./Protocol/AuthCodes.ts"
import type { RestFailed } from "./Rest.ts"

export { fatal }

/** What Telegram is left alone for, in milliseconds, when it says that we are too fast and not for how long. */
const slowDown = 5_000

/** What the status says of the bot. That a person is needed is only believed of the Bot API itself. */
const rowOf = ({ foreign, status }: RestFailed): AuthCode | undefined => {
  const row = authCode(status)
  return foreign === true && row?.action === "fatal" ? undefined : row
}

const reasonOf = ({ late, status }: RestFailed): ConnectionLost["reason"] => {
  if (status === undefined) return late === true ? "Timeout" : "Transport"
  return status >= 300 && status < 500 ? "Refused" : "Transport"
}

/** What a failed call about the bot itself (not about a chat) means for the listen loop. */
export const ofCall = (account: AccountId, failed: RestFailed): ConnectionLost | AdapterFatal => {
  const { retryAfter, status, summary } = failed
  const row = rowOf(failed)
  const cause = row === undefined ? summary : `${row.meaning}: ${summary}`
  if (row?.action === "fatal") return fatal(account, row.verdict, `${cause} (${status})`)
  const limited = row?.action === "wait"
  return new ConnectionLost({
    account,
    reason: limited ? "RateLimited" : reasonOf(failed),
    cause,
    resumable: true,
    ...(status === undefined ? undefined : { code: status }),
    ...(limited ? { retryAfter: retryAfter ?? slowDown } : undefined)
  })
}
