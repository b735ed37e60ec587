import * as OpenApi from "@effect/platform/OpenApi"
import { describe, expect, it } from "vitest"
import { Api } from "../../src/http/Api.ts"
import * as Live from "../../src/http/Api/Live.ts"
import { readme } from "./Readme.ts"

const answered = Object.entries(OpenApi.fromApi(Api.add(Live.group)).paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ":$1")}`)
)

describe("the README's table of the API", () => {
  it("has all that can be asked, and nothing else", () => {
    const [, shown = ""] = /<!-- api -->\n([\s\S]*?)\n<!-- \/api -->/.exec(readme) ?? []
    const told = [...shown.matchAll(/^\| `(\w+ \/\S*)` \| \S/gm)].map(([, request = ""]) => request)
    expect(told.toSorted()).toEqual(answered.toSorted())
    expect(told.length).toBeGreaterThan(20)
  })

  it("names every event that is told as it happens", () => {
    const [description = ""] = /named [^.]*/.exec(JSON.stringify(OpenApi.fromApi(Api.add(Live.group)))) ?? []
    const [events = ""] = /`GET \/live` begins with[\s\S]*?\n\n/.exec(readme) ?? []
    const names = [
      ...description.matchAll(/\b(snapshot|status|removed|entry|handlers|access|depths|rates|passage|skipped)\b/g)
    ]
    expect(names).toHaveLength(10)
    for (const [name] of names) expect(events).toContain(`\`${name}\``)
  })
})
