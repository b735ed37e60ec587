import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Name } from "./Draft.ts"
import type { Standing } from "./Fence.ts"
import { read } from "./Words.ts"

/** What a transaction is told when it begins: which names are known, and whose the leases are that it asked about. */
export interface Told {
  readonly known: ReadonlyArray<Name>
  readonly standings: ReadonlyMap<string, Standing>
}

const decode = Schema.decodeUnknown(Schema.Tuple(Schema.Struct({ known: Schema.String, leases: Schema.String })))
const decodeKnown = Schema.decode(Schema.parseJson(Schema.Array(Schema.Tuple(Schema.String, Schema.String))))
const decodeLeases = Schema.decode(
  Schema.parseJson(Schema.Array(Schema.Tuple(Schema.String, Schema.Number, Schema.String)))
)

const nobody: ReadonlyArray<Name> = []

/** Reads how transactions open. Nearly always nothing is known, and the leases are what they were: that is not read again. */
export class Opening {
  #leases = "[]"
  #standings: ReadonlyMap<string, Standing> = new Map()

  told(rows: unknown): Effect.Effect<Told> {
    return Effect.gen(this, function* () {
      const [{ known, leases }] = yield* decode(rows)
      if (leases !== this.#leases) {
        const all = yield* decodeLeases(leases)
        this.#standings = new Map(all.map(([name, generation, owner]) => [read(name), { generation, owner }]))
        this.#leases = leases
      }
      return { known: known === "[]" ? nobody : yield* decodeKnown(known), standings: this.#standings }
    }).pipe(Effect.orDie)
  }
}
