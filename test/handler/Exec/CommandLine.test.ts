import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { describe, expect, it } from "vitest"
import * as CommandLine from "../../../src/handler/Exec/CommandLine.ts"

describe("a line that names a program", () => {
  it.each<[string, ReadonlyArray<string>]>([
    ["./bot.sh", ["./bot.sh"]],
    ["  python3  bot.py\t--name x ", ["python3", "bot.py", "--name", "x"]],
    [`bot 'a "b" $c' "d 'e' \\"f\\" \\\\ \\n $g"`, ["bot", 'a "b" $c', `d 'e' "f" \\ \\n $g`]],
    ["bot a\\ b \\$c \\'", ["bot", "a b", "$c", "'"]],
    [`bot '' "" a''b`, ["bot", "", "", "ab"]],
    ["bot ~ * ? [a] {b} # !", ["bot", "~", "*", "?", "[a]", "{b}", "#", "!"]],
    ["'my bot' --url=https://example.org/?a=1", ["my bot", "--url=https://example.org/?a=1"]]
  ])("%s is read without being expanded", (line, [file, ...args]) => {
    expect(CommandLine.parse(line)).toEqual(Either.right({ file, args }))
  })

  it.each([
    ["", "it names no program"],
    ["  ", "it names no program"],
    ["'' a", "it names no program"],
    ["bot 'a", "its ' is not closed"],
    ['bot "a\\"', 'its " is not closed'],
    ["bot \\", "nothing stands after the backslash at its end"],
    ["bot | tee log", "only a shell understands its |: quote it, or ask for a shell"],
    ["bot && other", "only a shell understands its &: quote it, or ask for a shell"],
    ["bot > log", "only a shell understands its >: quote it, or ask for a shell"],
    ["bot $HOME", "only a shell understands its $: quote it, or ask for a shell"],
    ["bot `id`", "only a shell understands its `: quote it, or ask for a shell"]
  ])("%s is refused", (line, why) => {
    expect(CommandLine.parse(line)).toEqual(Either.left(why))
  })

  const quotings: ReadonlyArray<(word: string) => string> = [
    (word) => `'${word.replaceAll("'", "'\\''")}'`,
    (word) => `"${word.replace(/["\\]/g, "\\$&")}"`,
    (word) => [...word].map((letter) => `\\${letter}`).join("")
  ]
  it("gives back any words that were quoted, in whichever way", () => {
    const word = FastCheck.tuple(FastCheck.fullUnicodeString({ minLength: 1 }), FastCheck.constantFrom(...quotings))
    FastCheck.assert(
      FastCheck.property(FastCheck.array(word, { minLength: 1 }), (words) => {
        const [file, ...args] = words.map(([word]) => word)
        const line = words.map(([word, quoted]) => quoted(word)).join(" \t")
        expect(CommandLine.parse(line)).toEqual(Either.right({ file, args }))
      }),
      { numRuns: 200 }
    )
  })
})
