import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as Schema from "effect/Schema"
import { AccountId } from "../../domain/Address.ts"
import { UnknownAccount } from "./Failure.ts"

/** An account whose platform is simulated in this process, and what can be done to that platform. */
export const Simulation = Schema.Struct({
  account: AccountId,
  /** the platform, as it is written */
  title: Schema.String,
  /** each line that can be given as a fault, and what it does */
  manual: Schema.Array(Schema.Struct({ typed: Schema.String, meaning: Schema.String }))
})
export type Simulation = typeof Simulation.Type

/** What was said on a simulated platform: by the person there, by the bot, or by the platform about itself. */
export const Line = Schema.Struct({
  /** grows from line to line */
  id: Schema.Int,
  /** Unix milliseconds */
  at: Schema.Number,
  who: Schema.Literal("you", "bot", "platform"),
  text: Schema.String
})
export type Line = typeof Line.Type

/** How much a person says at once, in characters. */
const longest = 4000

const written = Schema.NonEmptyString.pipe(Schema.maxLength(longest))

const path = Schema.Struct({ account: AccountId })

/** The group of what is simulated; empty where nothing is. */
export const simulated = HttpApiGroup.make("simulated")
  .add(HttpApiEndpoint.get("list", "/simulated").addSuccess(Schema.Array(Simulation)))
  .add(
    HttpApiEndpoint.get("said", "/simulated/:account/said")
      .setPath(path)
      .setUrlParams(Schema.Struct({ after: Schema.optionalWith(Schema.NumberFromString, { default: () => 0 }) }))
      .addSuccess(Schema.Array(Line))
      .addError(UnknownAccount)
  )
  .add(
    HttpApiEndpoint.post("say", "/simulated/:account/say")
      .setPath(path)
      .setPayload(Schema.Struct({ text: written }))
      .addError(UnknownAccount)
  )
  .add(
    HttpApiEndpoint.post("fault", "/simulated/:account/fault")
      .setPath(path)
      .setPayload(Schema.Struct({ line: written }))
      .addSuccess(Schema.Struct({ done: Schema.String }))
      .addError(UnknownAccount)
  )
