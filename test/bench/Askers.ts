// People who ask bots of a simulated QQ, and when each saw the first of an answer.
import { Effect, Redacted } from "effect"
import * as SimulatorServer from "../../src/node/SimulatorServer.ts"
import * as Simulator from "../../src/platforms/qq/Simulator.ts"
import { tell } from "./Stage.ts"

/** What becomes of those who were asked to ask. */
export interface Seen {
  /** by person, milliseconds from the question to the first of the answer on the wire */
  readonly first: ReadonlyArray<readonly [person: string, took: number]>
  /** answers that are whole */
  readonly whole: number
  /** steps of answers so far */
  readonly steps: number
}

const bots = Number(process.argv[2])
const path = /^\/v2\/users\/([^/]+)\/stream_messages$/

const asked = new Map<string, number>()
const first = new Map<string, number>()
let [steps, whole] = [0, 0]

Effect.gen(function* () {
  const simulator = yield* Simulator.make({
    bots: Array.from({ length: bots }, (_, n) => ({
      appId: `${n}`,
      secret: Redacted.make("bench"),
      id: `bot${n}`,
      name: `bot${n}`
    }))
  })
  const { port } = yield* SimulatorServer.serve({
    ...simulator,
    http: (request) => {
      const [, person] = path.exec(request.url.pathname) ?? []
      if (person !== undefined) {
        steps += 1
        if (request.body.includes(`"input_state":10`)) whole += 1
        const at = asked.get(person)
        if (at !== undefined && !first.has(person)) first.set(person, performance.now() - at)
      }
      return simulator.http(request)
    }
  })
  process.on("message", (said: { readonly people?: ReadonlyArray<readonly [person: string, bot: string]> }) => {
    if (said.people === undefined) {
      tell({ first: [...first], whole, steps } satisfies Seen)
      return
    }
    for (const [person, account] of said.people) {
      asked.set(person, performance.now())
      Effect.runSync(simulator.hear({ conversation: `c2c:${person}`, text: person, account }))
    }
  })
  tell({ port })
  return yield* Effect.never
}).pipe(Effect.scoped, Effect.runPromise)
