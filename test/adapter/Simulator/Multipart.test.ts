import { it } from "@effect/vitest"
import { FastCheck } from "effect"
import { expect } from "vitest"
import { multipart } from "../../../src/adapter/Simulator/Multipart.ts"

it("reads back what a form holds, whatever the bytes", () =>
  FastCheck.assert(
    FastCheck.asyncProperty(FastCheck.string(), FastCheck.uint8Array({ maxLength: 200 }), async (text, bytes) => {
      const form = new FormData()
      form.append("first", new Blob([new Uint8Array(bytes)], { type: "image/png" }), "a.png")
      form.append("second", text)
      const written = new Response(form)
      const type = written.headers.get("content-type") ?? ""
      const read = multipart(type, new Uint8Array(await written.arrayBuffer()))
      expect(read?.files.get("first")).toEqual({ name: "a.png", mediaType: "image/png", bytes: new Uint8Array(bytes) })
      // a form writes line ends as the web does, and only whole characters
      expect(read?.fields.get("second")).toBe(
        new TextDecoder().decode(new TextEncoder().encode(text)).replace(/\r\n?|\n/g, "\r\n")
      )
    }),
    { numRuns: 200 }
  ))

it("is not fooled by a body that is no form", () => {
  const bytes = new TextEncoder().encode("hello")
  expect(multipart("multipart/form-data", bytes)).toBeUndefined()
  expect(multipart("multipart/form-data; boundary=x", bytes)).toBeUndefined()
})
