import * as Prompt from "@effect/ai/Prompt"
import * as Effect from "effect/Effect"
import type { AccountId } from "../../domain/Address.ts"
import * as Base64 from "../../domain/Base64.ts"
import type { Attachment } from "../../domain/Event.ts"
import { whole } from "../Downloads.ts"

/** No more pictures than this are shown to a model at once, and none of more bytes than that. */
export const most = 4
export const largest = 5_000_000

/** How a picture of each kind that models take begins. Source: https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern */
export const beginnings: ReadonlyArray<readonly [mediaType: string, pattern: RegExp]> = [
  ["image/jpeg", /^\u00ff\u00d8\u00ff/],
  ["image/png", /^\u0089PNG\r\n/],
  ["image/gif", /^GIF8[79]a/],
  ["image/webp", /^RIFF[^]{4}WEBPVP/]
]

const kindOf = (bytes: Uint8Array): string | undefined => {
  const start = String.fromCharCode(...bytes.subarray(0, 14))
  return beginnings.find(([, pattern]) => pattern.test(start))?.[0]
}

const said = (text: string) => Prompt.makePart("text", { text })

const shown = (account: AccountId, attachment: Attachment) =>
  Effect.match(whole(account, attachment, largest), {
    onFailure: ({ cause }) => said(`[a picture that could not be fetched: ${cause}]`),
    onSuccess: (data) => {
      if (data === undefined) return said(`[a picture that is larger than ${largest / 1e6} MB]`)
      const mediaType = kindOf(data)
      return mediaType === undefined
        ? said("[a picture of an unknown kind]")
        : Prompt.makePart("file", { mediaType, data: Base64.encode(data) })
    }
  })

/** The pictures among what came along, as a model is shown them; it is told of one that it cannot be shown. */
export const parts = (account: AccountId, attachments: ReadonlyArray<Attachment>) =>
  Effect.forEach(attachments.filter(({ kind }) => kind === "image").slice(0, most), (one) => shown(account, one))
