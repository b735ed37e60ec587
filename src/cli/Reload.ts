import * as Effect from "effect/Effect"
import * as Differences from "./Differences.ts"
import { line } from "./Printable.ts"
import { codes } from "./Process.ts"
import * as Session from "./Session.ts"

/** Has processes read their configuration anew, and says what that changed. */
export const reload = ({ json }: { readonly json: boolean }) =>
  Session.within(() =>
    Effect.gen(function* () {
      const answers = yield* Effect.forEach(yield* Differences.processes, (desk) =>
        Differences.asked(desk, Differences.reloading(desk))
      )
      yield* Differences.show(answers, json)
      const wrong = answers.flatMap(({ desk, wrong }) =>
        wrong.map((text, index) => `${index === 0 ? `${desk.name} changed nothing: ` : ""}${line(text)}`)
      )
      if (wrong.length > 0) return yield* Session.fail(wrong, codes.configuration)
    }).pipe(Effect.scoped)
  )
