import * as AiError from "@effect/ai/AiError"
import { describe, expect, it } from "@effect/vitest"
import { Option, Redacted } from "effect"
import { words } from "../../../src/handler/Llm/Words.ts"
import {
  codes,
  concealing,
  consequences,
  handlerFailed,
  of,
  ofErrorPart,
  statuses
} from "../../../src/handler/Llm/Failure.ts"

const refused = (status: number, body: unknown) =>
  of(
    new AiError.HttpResponseError({
      module: "test",
      method: "test",
      reason: "StatusCode",
      request: { method: "POST", url: "", urlParams: [], hash: Option.none(), headers: {} },
      response: { status, headers: {} },
      body: JSON.stringify(body)
    })
  )

describe("what a model fails with", () => {
  it.each(Object.entries(statuses))("by the status %s is what its table says", (status, reason) => {
    expect(refused(Number(status), { detail: "no" }).reason).toBe(reason)
  })

  it.each([400, 418, 422, 302])("by the status %s is about what was asked", (status) => {
    expect(refused(status, "no").reason).toBe("Rejected")
  })

  it.each([500, 502, 503, 504, 520, 529])("by the status %s passes", (status) => {
    expect(refused(status, undefined).reason).toBe("Busy")
  })

  it.each(Object.entries(codes))("by its own word %s is what its table says, whatever the status", (code, reason) => {
    expect(refused(400, { error: { code } }).reason).toBe(reason)
    expect(refused(500, { error: { type: code, code: null } }).reason).toBe(reason)
    expect(refused(429, { code }).reason).toBe(reason)
    expect(ofErrorPart({ type: code, message: "no" }).reason).toBe(reason)
  })

  it.each([["toString"], ["1234"], [{}], [null]])("by a word that nobody knows, %j, is told by the status", (code) => {
    expect(refused(429, { error: { code } }).reason).toBe("Busy")
    expect(ofErrorPart({ error: { code } }).reason).toBe("Cut")
  })

  it.each(Object.keys(consequences))("for the reason %s has words for who asked, in every language", (reason) => {
    const known = Object.entries(consequences).find(([name]) => name === reason)
    const told = known?.[1].told ?? "unwell"
    for (const language of Object.values(words)) expect(language[told].length).toBeGreaterThan(5)
  })

  it("is told at some length and no more", () => {
    const failure = concealing(refused(400, { error: { message: "x".repeat(9000) } }), [])
    const { cause } = handlerFailed(failure, "test-1", words.en, 0)
    expect(cause.length).toBeLessThan(500)
  })

  it("has no part of a secret, wherever it is cut", () => {
    for (let before = 340; before < 400; before++) {
      const said = refused(400, { error: { message: `${"x".repeat(before)}sk-0123456789` } })
      expect(concealing(said, [Redacted.make("sk-0123456789")]).cause).not.toContain("sk")
    }
  })
})
