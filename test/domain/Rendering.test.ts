import { describe, expect, it } from "vitest"
import { render } from "../../src/domain/Rendering.ts"

const markdown = (text: string) => render({ format: "markdown", text })

describe("a content as people read it", () => {
  it("has its marks beside the text", () => {
    expect(markdown("**so** it is")).toMatchObject({
      text: "so it is",
      spans: [{ kind: "bold", offset: 0, length: 2 }]
    })
  })

  it("stands as it was written where it is plain", () => {
    expect(render({ format: "plain", text: "**so** it is" })).toEqual({ text: "**so** it is", spans: [] })
  })

  it("stands as it was written where reading it would take too long", () => {
    const text = "*a ".repeat(2000)
    expect(markdown(text)).toEqual({ text, spans: [] })
  })
})
