import { describe, expect, it } from "vitest"
import { judge, told, type Words } from "./Oracle.ts"

const people = ["qq:a/c2c:Ada", "qq:a/c2c:Bob", "qq:b/c2c:Ada"] as const

/** What three people said by turns, thirty things in all. */
const asked: ReadonlyArray<Words> = Array.from({ length: 30 }, (_, index) => ({
  conversation: people[index % 3] ?? "",
  text: `m${index}`
}))

const faultsOf = (shown: ReadonlyArray<Words>, uncertain: ReadonlyArray<Words> = []) => {
  const { doubled, lost, reordered, unasked } = judge({ asked, shown, uncertain })
  const texts = (words: ReadonlyArray<Words>) => words.map(({ text }) => text)
  return { lost: texts(lost), doubled: texts(doubled), reordered: texts(reordered), unasked: texts(unasked) }
}

const nothing = { lost: [], doubled: [], reordered: [], unasked: [] }

/** The answers, with those at two places exchanged. */
const exchanged = (one: number, other: number): ReadonlyArray<Words> =>
  asked.map((words, index) => asked[index === one ? other : index === other ? one : index] ?? words)

describe("the oracle", () => {
  it("has nothing to say of a run in which everything was answered once, in order", () => {
    expect(faultsOf(asked)).toEqual(nothing)
  })

  it("does not mind the order between conversations", () => {
    expect(faultsOf(asked.toSorted((a, b) => a.conversation.localeCompare(b.conversation)))).toEqual(nothing)
  })

  it.each(asked.map(({ text }) => text))("misses an answer that was never seen, %s", (text) => {
    expect(faultsOf(asked.filter((words) => words.text !== text))).toEqual({ ...nothing, lost: [text] })
  })

  it("misses the newest of what it was asked as much as the oldest", () => {
    expect(faultsOf(asked.slice(1, -1)).lost).toEqual(["m0", "m29"])
    expect(faultsOf([]).lost).toHaveLength(30)
  })

  it.each(asked)("sees an answer that came twice, at once or at the very end, $text", (words) => {
    const twice = asked.flatMap((each) => (each === words ? [each, each] : [each]))
    expect(faultsOf(twice)).toEqual({ ...nothing, doubled: [words.text] })
    expect(faultsOf([...asked, words])).toEqual({ ...nothing, doubled: [words.text] })
  })

  it("counts every copy but the first", () => {
    expect(faultsOf([...asked, ...asked, ...asked]).doubled).toHaveLength(60)
  })

  it("sees two answers that changed places in a conversation", () => {
    expect(faultsOf(exchanged(3, 6))).toEqual({ ...nothing, reordered: ["m3"] })
    expect(faultsOf(exchanged(0, 27)).reordered).toEqual(
      asked
        .slice(3, 27)
        .flatMap((_, n) => (n % 3 === 0 ? [`m${n + 3}`] : []))
        .concat("m0")
    )
  })

  it("sees an answer to nothing, and one that went to somebody else", () => {
    expect(faultsOf([...asked, { conversation: people[0], text: "m99" }]).unasked).toEqual(["m99"])
    const elsewhere = asked.map((words) => (words.text === "m4" ? { ...words, conversation: people[2] } : words))
    expect(faultsOf(elsewhere)).toEqual({ ...nothing, lost: ["m4"], unasked: ["m4"] })
  })

  it("takes an answer that is known to be uncertain for neither lost nor doubled, and still counts a second copy", () => {
    const [first, ...rest] = asked
    const doubt = first === undefined ? [] : [first]
    expect(faultsOf(rest, doubt)).toEqual(nothing)
    expect(faultsOf(asked, doubt)).toEqual(nothing)
    expect(faultsOf([...asked, ...doubt], doubt).doubled).toEqual(["m0"])
    expect(judge({ asked, shown: rest, uncertain: doubt })).toMatchObject({ uncertain: doubt, unseen: doubt })
    expect(judge({ asked, shown: asked, uncertain: doubt })).toMatchObject({ uncertain: doubt, unseen: [] })
  })

  it("excuses only the very words that are uncertain", () => {
    const doubt = [{ conversation: people[1], text: "m0" }]
    expect(faultsOf(asked.slice(1), doubt).lost).toEqual(["m0"])
  })

  it("says it all in one line", () => {
    const [first, second, ...rest] = exchanged(3, 6)
    const shown = [...(second === undefined ? [] : [second, second]), ...rest, { conversation: people[0], text: "x" }]
    const uncertain = asked.slice(3, 4)
    expect(first?.text).toBe("m0")
    expect(told(judge({ asked, shown, uncertain }))).toBe(
      "30 messages, lost 1, doubled 1, reordered 1, unasked 1, uncertain 1, unseen 0"
    )
  })
})
