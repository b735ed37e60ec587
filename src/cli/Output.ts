import * as Effect from "effect/Effect"

/** Writes lines to standard output; an empty text is none. */
export const print = (text: string): Effect.Effect<void> =>
  Effect.sync(() => void process.stdout.write(text === "" ? "" : `${text}\n`))

/** Writes one JSON object a line to standard output. */
export const printJson = (values: ReadonlyArray<unknown>): Effect.Effect<void> =>
  print(values.map((value) => JSON.stringify(value)).join("\n"))
