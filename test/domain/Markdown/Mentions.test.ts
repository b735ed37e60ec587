import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { lex, read } from "../../../src/domain/Markdown.ts"
import { mention, personOf, withMentions } from "../../../src/domain/Markdown/Mentions.ts"

const told = (text: string) => read(lex(text))

describe("a mention", () => {
  it("reads as a name, and says who is meant", () => {
    expect(told(`hi ${mention({ id: "7001", name: "Ann" })}!`)).toMatchObject({
      text: "hi @Ann!",
      spans: [{ kind: "mention", person: "7001", offset: 3, length: 4 }]
    })
    expect(told(mention({ id: "7001" })).text).toBe("@7001")
    expect(told(mention({ id: "7001", name: "[]()" }))).toMatchObject({
      text: "@[]()",
      spans: [{ kind: "mention", person: "7001" }]
    })
    expect(told("[docs](person.html)").spans.filter(({ kind }) => kind === "mention")).toEqual([])
  })

  it("of anybody, whatever they are called, is a mention of them and of nobody else", () => {
    const odd = FastCheck.string({
      unit: FastCheck.constantFrom(..."aé1 *_`[]()<>\\&%:/".split("")),
      minLength: 1,
      maxLength: 12
    })
    FastCheck.assert(
      FastCheck.property(odd, odd, (id, name) => {
        FastCheck.pre(name === name.trim())
        const text = mention({ id, name })
        const spans = told(text).spans.filter(({ kind }) => kind === "mention")
        expect(spans.map(({ person }) => person)).toEqual([id])
        expect(told(text).text.trim()).toBe(`@${name}`)
        expect(withMentions(`so ${text}.`, (person) => `<${person}>`)).toBe(`so <${id}>.`)
      }),
      { numRuns: 300 }
    )
  })

  it("that is written wrong means nobody", () => {
    for (const href of ["person:%", "person:%zz", "persons:1", ""]) expect(personOf(href), href).toBeUndefined()
    expect(withMentions("[@a](person:%zz)", () => "x")).toBe("[@a](person:%zz)")
  })
})
