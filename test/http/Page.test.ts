import { describe, expect, it } from "@effect/vitest"
import { HttpApp } from "@effect/platform"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import * as Page from "../../src/http/Page.ts"
import * as Sha256 from "../../src/node/Sha256.ts"

const parts = { script: "console.log('<\\/script>')", style: "b{color:red}" }

const asked = Effect.gen(function* () {
  const app = yield* Effect.provide(Page.make(parts), Sha256.layer)
  const response = yield* Effect.promise(() => HttpApp.toWebHandler(app)(new Request("http://localhost/")))
  return { response, text: yield* Effect.promise(() => response.text()) }
})

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`

describe("the page", () => {
  it.effect("is one document that asks for nothing else, and may run nothing but what is in it", () =>
    Effect.gen(function* () {
      const { response, text } = yield* asked
      expect(text).toContain(`<script>${parts.script}</script>`)
      expect(text).toContain(`<style>${parts.style}</style>`)
      expect(text.replaceAll(/data:[^"]*/g, "").match(/https?:|\bsrc=/g)).toBeNull()
      const policy = (response.headers.get("content-security-policy") ?? "").split("; ")
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain(`script-src ${hash(parts.script)}`)
      expect(policy).toContain(`style-src ${hash(parts.style)}`)
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy.join()).not.toContain("unsafe")
    })
  )

  it.effect("tells nobody where it was read, is taken for nothing else, and is asked for anew each time", () =>
    Effect.gen(function* () {
      const { headers } = (yield* asked).response
      expect(headers.get("referrer-policy")).toBe("no-referrer")
      expect(headers.get("x-content-type-options")).toBe("nosniff")
      expect(headers.get("cache-control")).toBe("no-cache")
      expect(headers.get("content-type")).toMatch(/^text\/html/)
    })
  )
})
