import { expect } from "@effect/vitest"
import { Effect } from "effect"
import { telegram } from "../rows/telegram.ts"
import { story } from "../Story.ts"

const group = "chat:-5"

story(
  telegram,
  "a group that is listed by the number that it had before it became a supergroup is still heard, a restart later too, and no other is (F91)",
  {
    simulator: { conversations: [group, "chat:-6"] },
    account: { access: { _tag: "AllowList", people: [], conversations: [group] } }
  },
  ({ connected, gateway, main, simulator, texts }) =>
    Effect.gen(function* () {
      yield* connected()
      const [grown, stranger] = [yield* simulator.migrate(group), yield* simulator.migrate("chat:-6")]
      const says = (conversation: string, text: string) =>
        Effect.zipRight(simulator.hear({ conversation, text: `@holdfast_bot ${text}` }), Effect.sleep("10 seconds"))
      yield* says(grown, "one")
      yield* says(stranger, "nothing")
      yield* gateway.restart(main)
      yield* connected()
      yield* says(grown, "two")
      yield* says(stranger, "nothing either")
      expect((yield* texts).map((text) => /\w+$/.exec(text)?.[0])).toEqual(["one", "two"])
    })
)
