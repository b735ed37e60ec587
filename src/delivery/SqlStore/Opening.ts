import { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Standing } from "./Fence.ts"
import type { Heard } from "./Naming.ts"
import { read } from "./Words.ts"

/** What a transaction is told when it begins: what there is to hear of the ids that it asked for, and whose the leases are that it asked about. */
export interface Told {
  readonly heard: ReadonlyArray<Heard>
  readonly standings: ReadonlyMap<string, Standing>
}

const { Number, String } = Schema
const decode = Schema.decodeUnknown(Schema.Tuple(Schema.Struct({ heard: String, leases: String, version: Number })))
const decodeHeard = Schema.decode(Schema.parseJson(Schema.Array(Schema.Tuple(String, String, Number, Number))))
const decodeLeases = Schema.decode(Schema.parseJson(Schema.Array(Schema.Tuple(String, Number, String))))

const nothing: ReadonlyArray<Heard> = []

const outdated = new SqlError({
  cause: { code: "OUTDATED" },
  message: "the store is not of the version that was opened"
})

/** Reads how transactions open. Nearly always there is nothing to hear, and the leases are what they were: that is not read again. */
export class Opening {
  #leases = "[]"
  #standings: ReadonlyMap<string, Standing> = new Map()
  readonly #version: number

  /** `version`: that of a store of which they may be read. */
  constructor(version: number) {
    this.#version = version
  }

  /** Fails where another program has brought the store up to date since it was opened. */
  told(rows: unknown): Effect.Effect<Told, SqlError> {
    return Effect.gen(this, function* () {
      const [{ heard, leases, version }] = yield* Effect.orDie(decode(rows))
      if (version !== this.#version) return yield* outdated
      if (leases !== this.#leases) {
        const all = yield* Effect.orDie(decodeLeases(leases))
        this.#standings = new Map(all.map(([name, generation, owner]) => [read(name), { generation, owner }]))
        this.#leases = leases
      }
      return { heard: heard === "[]" ? nothing : yield* Effect.orDie(decodeHeard(heard)), standings: this.#standings }
    })
  }
}
