import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { HttpAnswer } from "../../../adapter/Simulator.ts"
import { timestamp } from "./Names.ts"
import { type Place, placeKey } from "./Place.ts"
import { answer, type Refusal, refuse } from "./Refusals.ts"
import type { Account, World } from "./World.ts"

const text = Schema.optional(Schema.NonEmptyString)

const Step = Schema.parseJson(
  Schema.Struct({
    input_mode: Schema.Literal("replace"),
    input_state: Schema.Literal(1, 10),
    index: Schema.NonNegativeInt,
    content_type: Schema.Literal("text", "markdown"),
    content_raw: Schema.String,
    stream_msg_id: text,
    msg_id: text,
    event_id: text,
    msg_seq: Schema.Int.pipe(Schema.between(0, 4_294_967_295))
  })
)
type Step = typeof Step.Type

/** A streamed message, as far as it has come. */
export interface Streamed {
  readonly place: string
  readonly at: number
  readonly step: Step
}

/** Why a streamed message does not go on with this step. */
const stuck = (
  { streamIndex }: World["options"],
  before: Streamed | undefined,
  place: Place,
  step: Step
): Refusal | undefined => {
  if (before === undefined || before.place !== placeKey(place)) return "unknownStream"
  const last = before.step
  if (last.input_state === 10) return "streamEnded"
  const follows = streamIndex === "next" ? step.index === last.index + 1 : step.index > last.index
  if (!follows || step.msg_seq !== last.msg_seq) return "streamOrder"
  return step.content_raw.startsWith(last.content_raw) ? undefined : "streamPrefix"
}

const beginning = (account: Account, place: Place, { event_id, index, msg_id, msg_seq }: Step): Refusal | undefined => {
  if (index !== 0) return "streamOrder"
  if ((msg_id === undefined) === (event_id === undefined)) return "badParameter"
  const hook = { kind: msg_id === undefined ? "event" : "message", id: msg_id ?? event_id ?? "", seq: msg_seq } as const
  const refusal = account.standing.outside(place) ?? account.anchors.refusal(hook, place)
  if (refusal === undefined) account.anchors.spend(hook)
  return refusal
}

/** Takes a step of a message that is streamed to a person: its first, one more, or its last. Each replaces what it goes on from. */
export const stream = (world: World, account: Account, place: Place, json: string, trace: string): HttpAnswer => {
  const step = Option.getOrUndefined(Schema.decodeOption(Step)(json))
  if (step === undefined) return refuse("badParameter", trace)
  const { content_raw, msg_id, event_id, stream_msg_id } = step
  const before = stream_msg_id === undefined ? undefined : account.streams.get(stream_msg_id)
  const refusal =
    (content_raw.length > world.options.textLimit ? "tooLong" : undefined) ??
    (stream_msg_id === undefined ? beginning(account, place, step) : stuck(world.options, before, place, step))
  if (refusal !== undefined) return refuse(refusal, trace)
  const id = stream_msg_id ?? world.names.message(place.kind)
  const at = before?.at ?? world.now()
  account.streams.set(id, { place: placeKey(place), at, step })
  const shown = { id, account: account.bot.appId, conversation: placeKey(place), text: content_raw, at }
  world.onSaid({ ...shown, replyTo: msg_id ?? event_id ?? "" }, before !== undefined)
  const remain_msg_len = world.options.textLimit - content_raw.length
  const reference = { ref_idx: world.names.reference() }
  return answer(200, { id, timestamp: timestamp(world.now()), ext_info: reference, remain_msg_len })
}
