import { Effect, type Scope } from "effect"
import { around, type Context } from "./listening.ts"
import { type Asked, type Reaction, wire } from "./wire.ts"

/** What a hand-made Telegram says of its webhook, and what it does with each poll. */
export interface Script {
  readonly polls: (asked: Asked, nth: number) => Reaction | Effect.Effect<Reaction>
  readonly hook?: () => Reaction
  readonly others?: (asked: Asked) => Reaction
}

export interface Scripted {
  readonly context: Context
  readonly asked: ReadonlyArray<Asked>
  /** the calls of one method so far */
  readonly calls: (method: string) => ReadonlyArray<Asked>
}

export const unhooked: Reaction = { result: { url: "", pending_update_count: 0 } }
export const nothing: Reaction = { result: [] }

/** A poll that is held as long as it may be, and brings nothing. */
export const held = ({ params }: Asked): Effect.Effect<Reaction> =>
  Effect.delay(Effect.succeed(nothing), Number(params["timeout"]) * 1000)

export const message = (id: number, fields: object = { text: `t${id}` }) => ({
  update_id: id,
  message: {
    message_id: id,
    from: { id: 7001, is_bot: false, first_name: "Ada" },
    chat: { id: 7001, type: "private", first_name: "Ada" },
    date: 1790000000,
    ...fields
  }
})

/** A Telegram that does as it is told, where the simulated one is too faithful. */
export const scripted = ({
  hook = () => unhooked,
  others = () => ({ result: true }),
  polls
}: Script): Effect.Effect<Scripted, never, Scope.Scope> =>
  Effect.gen(function* () {
    let nth = 0
    const { asked, layer } = wire((one) => {
      switch (one.method) {
        case "getMe":
          return { result: { id: 7000000001, is_bot: true, first_name: "Gate", username: "gate_bot" } }
        case "getWebhookInfo":
          return hook()
        case "getUpdates":
          return polls(one, (nth += 1))
        default:
          return others(one)
      }
    })
    return {
      context: yield* around(layer),
      asked,
      calls: (method) => asked.filter((one) => one.method === method)
    }
  })
