import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { HttpAnswer } from "../../../adapter/Simulator.ts"
import * as Parts from "./Parts.ts"
import type { Place } from "./Place.ts"
import { answer, type Refusal, refuse } from "./Refusals.ts"
import type { Account, World } from "./World.ts"

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(Schema.NullOr(schema))

const Offered = Schema.parseJson(
  Schema.Struct({
    file_type: Schema.Int,
    url: maybe(Schema.String),
    file_data: maybe(Schema.Uint8ArrayFromBase64),
    file_name: maybe(Schema.String),
    upload_id: maybe(Schema.String),
    /** to say it at once, unasked, is for clients that nothing here stands for */
    srv_send_msg: maybe(Schema.Literal(false))
  })
)

/** What a file is, by the number that it is offered under. */
const kinds = new Map([
  [1, "image"],
  [2, "video"],
  [3, "voice"],
  [4, "file"]
])

/** A file that the platform has taken. */
export interface StoredFile {
  readonly kind: string
  readonly place: Place["kind"]
  /** Unix milliseconds */
  readonly until: number
}

const life = Duration.days(3)

/** Takes a file that a bot offers for one kind of conversation; without a network, what is at an address is not fetched. */
export const take = (world: World, account: Account, place: Place, json: string, trace: string): HttpAnswer => {
  const offered = Option.getOrUndefined(Schema.decodeOption(Offered)(json))
  const kind = kinds.get(offered?.file_type ?? 0)
  if (offered === undefined || kind === undefined) return refuse("badParameter", trace)
  const outside = account.standing.outside(place)
  if (outside !== undefined) return refuse(outside, trace)
  const brought = offered.upload_id ? Parts.whole(world, account, place, offered.upload_id) : 0
  if (typeof brought === "string") return refuse(brought, trace)
  const [bytes, url] = [offered.file_data?.length ?? 0, offered.url ?? ""]
  if (brought + bytes === 0 && !(/^https?:\/\//.test(url) && URL.canParse(url))) return refuse("unfetched", trace)
  if (bytes > world.options.fileLimit) return refuse("fileTooLarge", trace)
  const file_info = world.names.file()
  const until = world.now() + Duration.toMillis(life)
  account.files.set(file_info, { kind, place: place.kind, until })
  return answer(200, { file_uuid: world.names.uuid(), file_info, ttl: Duration.toSeconds(life) })
}

/** Why a message cannot show the file that it names, if it cannot: what was offered to a group stands for nothing elsewhere. */
export const unknown = (world: World, { files }: Account, place: Place, info: string): Refusal | undefined => {
  const file = files.get(info)
  return file !== undefined && file.place === place.kind && file.until > world.now() ? undefined : "unknownFile"
}
