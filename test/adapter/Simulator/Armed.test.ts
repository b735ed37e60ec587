import { expect, it } from "@effect/vitest"
import type { Fault } from "../../../src/adapter/Simulator.ts"
import { Armed } from "../../../src/adapter/Simulator/Armed.ts"

it("a fault happens as many times as was asked, and one without a number for ever", () => {
  const armed = new Armed<Fault>()
  armed.arm({ _tag: "Refuse", as: "dns", times: 2 })
  armed.arm({ _tag: "Delay", millis: 5 })
  expect([1, 2, 3].map(() => armed.take("Refuse")?.as)).toEqual(["dns", "dns", undefined])
  expect([1, 2, 3].map(() => armed.take("Delay")?.millis)).toEqual([5, 5, 5])
})

it("faults of one kind happen in the order in which they were asked for", () => {
  const armed = new Armed<Fault>()
  armed.arm({ _tag: "Refuse", as: "dns", times: 1 })
  armed.arm({ _tag: "Refuse", as: "reset" })
  expect([1, 2].map(() => armed.take("Refuse")?.as)).toEqual(["dns", "reset"])
})

it("a fault that does not apply is neither found nor spent", () => {
  const armed = new Armed<Fault>()
  armed.arm({ _tag: "Stall", step: "hello", times: 1 })
  expect(armed.take("Stall", ({ step }) => step === "ready")).toBeUndefined()
  expect(armed.find("Stall")?.step).toBe("hello")
  expect(armed.take("Stall", ({ step }) => step === "hello")?.step).toBe("hello")
  expect(armed.find("Stall")).toBeUndefined()
})

it("nothing is left to happen once it is cleared", () => {
  const armed = new Armed<Fault>()
  armed.arm({ _tag: "Refuse", as: "dns" })
  armed.clear()
  expect(armed.find("Refuse")).toBeUndefined()
})
