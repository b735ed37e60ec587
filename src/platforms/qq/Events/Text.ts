import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Option from "effect/Option"
import { record, text } from "../../../adapter/Fields.ts"

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
