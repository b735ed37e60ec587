import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import { record, text } from "../Protocol/Read.ts"

const json = Option.liftThrowable((source: string): unknown => JSON.parse(source))

const faceText = (ext: string): string | undefined =>
  Encoding.decodeBase64String(ext).pipe(
    Either.getRight,
    Option.flatMap(json),
    Option.map((face) => text(record(face)["text"])?.replace(/^\[(.*)\]$/, "$1")),
    Option.getOrUndefined
  )

const face = /<faceType=[^>]*?>/g

/** Writes the faces in a text as people read them: `[smile]` for what QQ sends as `<faceType=1,faceId="13",ext="…">`. */
export const withFaces = (content: string): string =>
  content.includes("<faceType")
    ? content.replace(face, (tag) => `[${faceText(/ext="([^"]*)"/.exec(tag)?.[1] ?? "") ?? "face"}]`)
    : content

const entities: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" }

/** Guild messages escape three characters, in both directions. */
export const unescape = (content: string): string =>
  content.includes("&") ? content.replace(/&(?:lt|gt|amp);/g, (entity) => entities[entity] ?? entity) : content

export const escape = (content: string): string =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** `2023-11-06 13:37:18.2 +0800 CST m=+0.1`: how Go prints a time, and very old events too. */
const goTime = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))? ([+-]\d\d)(\d\d)/

const rfc3339 = (time: string): string => {
  const go = goTime.exec(time)
  if (go === null) return time
  const [, date, clock, fraction = "0", hours, minutes] = go
  return `${date}T${clock}.${fraction.slice(0, 3)}${hours}:${minutes}`
}

/** The end of what a clock can show, in Unix seconds. */
const lastSecond = 8.64e12

/** Unix milliseconds of a timestamp in any form that QQ uses: RFC 3339, Unix seconds, Go's own. */
export const timeOf = (timestamp: unknown): number | undefined => {
  if (typeof timestamp === "number") return timestamp > 0 && timestamp < lastSecond ? timestamp * 1000 : undefined
  if (typeof timestamp !== "string") return undefined
  if (/^\d+$/.test(timestamp)) return timeOf(Number(timestamp))
  return Option.getOrUndefined(Option.map(DateTime.make(rfc3339(timestamp)), DateTime.toEpochMillis))
}
