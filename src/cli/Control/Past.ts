import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AccountId } from "../../domain/Address.ts"
import type { Entry } from "../../gateway/Timeline.ts"
import { continued } from "../../gateway/Timeline/Past.ts"
import { mostEntries } from "../../http/Api/Timeline.ts"
import type { Ended } from "../Process.ts"
import { ask } from "./Desk.ts"
import type { Desks } from "./Desks.ts"
import { keepers, whereabouts } from "./Keepers.ts"

const decode = Schema.decodeOption(AccountId)

/**
 * What became of an account, the oldest first: as the process that keeps it tells, or else the store. Of a process that ended
 * without a word it is said when that was.
 */
export const past = (
  account: string,
  { desks, owners, past }: Pick<Desks, "desks" | "owners" | "past">
): Effect.Effect<ReadonlyArray<Entry>, Ended> =>
  Option.match(decode(account), {
    onNone: () => Effect.succeed([]),
    onSome: (account) =>
      Effect.gen(function* () {
        const [desk] = keepers(account, desks)
        if (desk === undefined) {
          const { entries, lived } = yield* past(account)
          const where = yield* whereabouts(owners.get(account) ?? Option.none())
          return where === "gone" ? continued(account, entries, [], lived) : entries
        }
        const asked = desk.client.timeline.page({ path: { account }, urlParams: { limit: mostEntries } })
        return (yield* ask(desk, asked)).entries.toReversed()
      })
  })
