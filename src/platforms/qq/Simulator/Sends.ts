import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { HttpAnswer, HttpRequest, Said } from "../../../adapter/Simulator.ts"
import { multipart } from "../../../adapter/Simulator/Multipart.ts"
import type { Hook } from "./Anchors.ts"
import * as Files from "./Files.ts"
import { Keyboard, refusal as keyboardRefusal, seen } from "./Keyboard.ts"
import { timestamp } from "./Names.ts"
import { type Place, placeKey } from "./Place.ts"
import { answer, type Refusal, refuse } from "./Refusals.ts"
import type { Account, World } from "./World.ts"

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(Schema.NullOr(schema))
const thing = maybe(Schema.Record({ key: Schema.String, value: Schema.Unknown }))

const Body = Schema.Struct({
  msg_type: maybe(Schema.Int),
  content: maybe(Schema.String),
  markdown: maybe(Schema.Struct({ content: maybe(Schema.String), custom_template_id: maybe(Schema.String) })),
  keyboard: maybe(Keyboard),
  ark: thing,
  embed: thing,
  media: maybe(Schema.Struct({ file_info: Schema.String })),
  input_notify: thing,
  image: maybe(Schema.String),
  msg_id: maybe(Schema.String),
  event_id: maybe(Schema.String),
  msg_seq: maybe(Schema.Int.pipe(Schema.between(0, 4_294_967_295)))
})
interface Body extends Schema.Schema.Type<typeof Body> {
  /** a picture that came along, in bytes */
  readonly picture?: number
}

const isGuild = ({ kind }: Place): boolean => kind === "channel" || kind === "dm"
const has = (value: unknown): boolean => value !== undefined && value !== null && value !== ""
const said = (text: string | null | undefined): boolean => (text ?? "").trim() !== ""

const read = Schema.decodeOption(Schema.parseJson(Body))
const readForm = Schema.decodeUnknownOption(Body)
const json = Option.liftThrowable((text: string): unknown => JSON.parse(text))

/** Fields of a form that hold a text; all others hold JSON. */
const texts: ReadonlySet<string> = new Set(["content", "image", "msg_id", "event_id"])

/** What a request says: JSON, or, in guilds, a form that may bring a picture. */
const bodyOf = ({ body, bytes, headers }: HttpRequest, place: Place): Body | Refusal => {
  const type = headers["content-type"] ?? ""
  if (!type.includes("multipart/form-data")) return Option.getOrElse(read(body), () => "badParameter" as const)
  const form = isGuild(place) ? multipart(type, bytes) : undefined
  const picture = form?.files.get("file_image")
  if (form === undefined || picture?.bytes.length === 0) return "badForm"
  const fields = Array.from(form.fields, ([name, text]) => [
    name,
    texts.has(name) ? text : Option.getOrNull(json(text))
  ])
  return Option.match(readForm(Object.fromEntries(fields)), {
    onNone: () => "badParameter" as const,
    onSome: (body) => (picture === undefined ? body : { ...body, picture: picture.bytes.length })
  })
}

/** For each `msg_type`, whether the body holds what it says; a type that is not here does not exist. */
const fits: Readonly<Record<number, (body: Body, place: Place) => boolean>> = {
  0: (body) => said(body.content) && !has(body.markdown),
  2: (body) => !said(body.content) && (said(body.markdown?.content) || has(body.markdown?.custom_template_id)),
  3: (body) => has(body.ark),
  6: (body, place) => has(body.input_notify) && place.kind === "c2c",
  7: (body) => has(body.media)
}

const misfit = (body: Body, place: Place): Refusal | undefined => {
  if (has(body.keyboard) && !has(body.markdown)) return "keyboardAlone"
  if (!isGuild(place)) return fits[body.msg_type ?? 0]?.(body, place) === true ? undefined : "typeMismatch"
  const others = [body.ark, body.embed, body.image, body.picture].some(has) || said(body.content)
  if (has(body.markdown) && others) return "keyboardAlone"
  return has(body.markdown) || others ? undefined : "empty"
}

const hookOf = ({ event_id, msg_id, msg_seq }: Body): Hook | undefined => {
  const seq = msg_seq ?? 1
  if (has(msg_id)) return { kind: "message", id: msg_id ?? "", seq }
  return has(event_id) ? { kind: "event", id: event_id ?? "", seq } : undefined
}

const unescape = (text: string): string => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")

/** Takes what a bot says, after the checks that the platform makes, in the platform's order. */
export const send = (world: World, account: Account, place: Place, request: HttpRequest, trace: string): HttpAnswer => {
  const body = bodyOf(request, place)
  if (typeof body === "string") return refuse(body, trace)
  const hook = hookOf(body)
  const text = body.markdown?.content ?? body.content ?? ""
  const refusal =
    misfit(body, place) ??
    account.standing.outside(place) ??
    (isGuild(place) && !world.sessions.connected(account.bot.appId) ? "offGateway" : undefined) ??
    (hook === undefined ? account.standing.unasked(place) : account.anchors.refusal(hook, place)) ??
    (has(body.media) && !isGuild(place)
      ? Files.unknown(world, account, place, body.media?.file_info ?? "")
      : undefined) ??
    ((body.picture ?? 0) > world.options.fileLimit ? "pictureTooLarge" : undefined) ??
    keyboardRefusal(body.keyboard, world.options.keyboards) ??
    (text.length > world.options.textLimit ? "tooLong" : undefined) ??
    strangeUrl(world.options.domains, text, place)
  if (refusal !== undefined) return refuse(refusal, trace)
  if (hook === undefined) account.standing.spoke(place)
  else account.anchors.spend(hook, body.msg_type !== 6)
  if (isGuild(place) && world.options.audit) {
    const data = { message_audit: { audit_id: world.names.uuid() } }
    return refuse(hook === undefined ? "pushAudit" : "replyAudit", trace, data)
  }
  return take(world, account, place, body, hook, text)
}

const strangeUrl = (domains: "any" | ReadonlyArray<string>, text: string, place: Place): Refusal | undefined => {
  if (domains === "any") return undefined
  const hosts = Array.from(text.matchAll(/https?:\/\/([^\s/:?#)\]]+)/gi), ([, host]) => host ?? "")
  const known = (host: string) => domains.some((domain) => host === domain || host.endsWith(`.${domain}`))
  if (hosts.every(known)) return undefined
  return isGuild(place) ? "guildUrlRefused" : "urlRefused"
}

/** What people see beside the text. */
const shows = ({ files }: Account, { image, media, picture }: Body): Pick<Said, "shows"> => {
  const kind = has(image) || has(picture) ? "image" : files.get(media?.file_info ?? "")?.kind
  return kind === undefined ? {} : { shows: kind }
}

const take = (
  world: World,
  account: Account,
  place: Place,
  body: Body,
  hook: Hook | undefined,
  text: string
): HttpAnswer => {
  const id = world.names.message(place.kind)
  const at = world.now()
  // A typing notice is shown and gone: nobody can read it later.
  if (body.msg_type !== 6 || isGuild(place)) {
    const shown = {
      id,
      account: account.bot.appId,
      conversation: placeKey(place),
      text: isGuild(place) && !has(body.markdown) ? unescape(text) : text,
      ...shows(account, body),
      ...seen(body.keyboard),
      at
    }
    world.onSaid(hook === undefined ? shown : { ...shown, replyTo: hook.id })
  }
  const written = world.options.timestamp === "string" ? timestamp(at) : Math.floor(at / 1000)
  if (!isGuild(place)) return answer(200, { id, timestamp: written, ext_info: { ref_idx: world.names.reference() } })
  const [guild_id, channel_id = "100010"] = place.id.split("/")
  const author = { id: account.bot.id, username: account.bot.name, bot: true }
  return answer(200, { id, guild_id, channel_id, content: text, timestamp: timestamp(at), author, type: 0, tts: false })
}
