import { describe, expect, it } from "@effect/vitest"
import { Context, Effect, Option, Tracer } from "effect"
import { walks } from "../../../src/cli/Telemetry/Walks.ts"
import { IsRoot, origin } from "../../../src/gateway/Tracing/Origin.ts"

/** A tracer that tells `part` of all walks, and what it told. */
const telling = (part: number) => {
  const told: Array<Tracer.Span> = []
  const native = Effect.runSync(Effect.tracer)
  const tracer = Tracer.make({
    context: (run) => run(),
    span: (...args) => {
      const span = native.span(...args)
      told.push(span)
      return span
    }
  })
  const { span } = walks(tracer, part)
  const make = (name: string, parent?: Tracer.AnySpan, context: Context.Context<never> = Context.empty()) =>
    span(name, Option.fromNullable(parent), context, [], 0n, "internal")
  return { told, make }
}

const root = Context.make(IsRoot, true)

describe("Walks", () => {
  it("tell the root of a trace under the id that is known before, and its steps below it", () => {
    const { make, told } = telling(1)
    const heard = origin("qq:main/e1")
    make("heard", heard, root)
    const step = make("handled", heard)
    make("model", step)
    expect(told.map(({ name }) => name)).toEqual(["heard", "handled", "model"])
    expect(told[0]).toMatchObject({ spanId: heard.spanId, traceId: heard.traceId, parent: Option.none() })
    expect(told[1]?.spanId).not.toBe(heard.spanId)
    expect(told[2]).toMatchObject({ traceId: heard.traceId })
  })

  it("tell nothing of what is no walk, nor of what is done within it", () => {
    const { make, told } = telling(1)
    const served = make("http.server GET")
    make("sql.execute", served)
    make("http.server POST", Tracer.externalSpan({ traceId: "a".repeat(32), spanId: "b".repeat(16) }))
    expect(told).toEqual([])
  })

  it("tell as large a part of all walks as is asked for, each whole or not at all", () => {
    for (const part of [0, 0.25, 1]) {
      const { make, told } = telling(part)
      for (let event = 0; event < 4000; event++) {
        const heard = origin(`qq:main/${event}`)
        const before = told.length
        make("heard", heard, root)
        make("model", make("handled", heard))
        expect([0, 3]).toContain(told.length - before)
      }
      expect(told.length / 12_000).toBeCloseTo(part, 1)
    }
  })
})
