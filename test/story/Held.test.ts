import { expect } from "@effect/vitest"
import { type Duration, Effect } from "effect"
import { StoreRefused } from "../../src/delivery/KeyedQueue.ts"
import { qq } from "./rows/qq.ts"
import { everywhere, type Scene, type SceneOptions, story } from "./Story.ts"

const cause = "the disk, or its quota, is full: make room (SQLITE_FULL)"

/** A store that takes nothing while it is ill. */
const ailing = () => {
  const store = { ill: false }
  const keeping: SceneOptions<never, never, never>["keeping"] = (inbox) => ({
    ...inbox,
    offer: (items) =>
      Effect.suspend(() => (store.ill ? new StoreRefused({ store: "inbox", cause }) : inbox.offer(items)))
  })
  return { store, keeping }
}

const places = 10

/** People say so much in ten places, and the store takes nothing of it for so long. */
const held = (
  { connected, simulator, status, texts, until }: Scene,
  conversation: string,
  store: { ill: boolean },
  { count, span }: { readonly count: number; readonly span: Duration.DurationInput }
) =>
  Effect.gen(function* () {
    yield* connected()
    yield* Effect.sleep("2 minutes")
    store.ill = true
    const said = Array.from({ length: count }, (_, index) => `message ${index}`)
    for (const [index, text] of said.entries())
      yield* simulator.hear({ conversation: `${conversation}${index % places}`, text })
    const { cause: why } = yield* until(({ state }) => state._tag === "Held", "2 minutes")
    expect(why).toContain(cause)
    yield* Effect.sleep(span)
    expect((yield* status()).state._tag).toBe("Held")
    expect(yield* texts).toEqual([])
    store.ill = false
    yield* connected("1 minute")
    yield* Effect.sleep("15 minutes")
    const answers = yield* texts
    expect(answers).toHaveLength(count)
    for (let place = 0; place < places; place++) {
      const there = (text: string) => Number(text.slice("message ".length)) % places === place
      expect(answers.filter(there)).toEqual(said.filter(there))
    }
    expect(yield* status()).toMatchObject({ generation: 1, gaps: [] })
  })

const quiet = ailing()
everywhere(
  "a store that takes nothing for two hours is said to hold the account, and what was said is answered when it is back, once and in order (F71, F78, F79)",
  { keeping: quiet.keeping, audit: "1 minute" },
  (scene, { conversation }) => held(scene, conversation, quiet.store, { count: 30, span: "2 hours" })
)

const crowded = ailing()
story(
  qq,
  "what does not fit into the line while the store takes nothing is heard on the next one, once and in order (F71, F78)",
  { keeping: crowded.keeping },
  (scene) => held(scene, qq.conversation, crowded.store, { count: 2100, span: "4 minutes" })
)
