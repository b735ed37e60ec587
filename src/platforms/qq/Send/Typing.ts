import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Adapter } from "../../../adapter/Adapter.ts"
import * as Quiet from "../../../adapter/Quiet.ts"
import { eventMark } from "../Events/Place.ts"
import type { Rest } from "../Rest.ts"

/** Seconds that a notice is shown for, unless a message comes before, and after which another is sent. */
const [lasts, every] = [10, Duration.toMillis("8 seconds")]

/** How long nothing is shown where QQ did not take it. */
const refused = Duration.toMillis("1 minute")

/** Typing notices have numbers of their own, which no reply has; one a second, so that a restart repeats none. */
const firstSeq = 3_000_000
const numbers = 1_000_000_000

/**
 * Shows a person that an answer to their message is being written: best effort, and nobody else. `path` is where messages to
 * them are posted.
 */
export const make = (rest: Rest, path: (conversation: string) => string): Adapter["typing"] => {
  const quiet = Quiet.make()
  return ({ id }, anchor) =>
    Effect.gen(function* () {
      if (!id.startsWith("c2c:") || anchor === undefined || anchor.startsWith(eventMark)) return
      if (yield* quiet.at(id)) return
      yield* quiet.hush(id, every)
      const now = yield* Clock.currentTimeMillis
      const answer = yield* rest.post(path(id), {
        msg_type: 6,
        input_notify: { input_type: 1, input_second: lasts },
        msg_id: anchor,
        msg_seq: firstSeq + (Math.floor(now / 1000) % numbers)
      })
      if (answer.code !== undefined || answer.status >= 300) yield* quiet.hush(id, refused)
    }).pipe(Effect.catchAll(() => quiet.hush(id, refused)))
}
