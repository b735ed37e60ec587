import * as Context from "effect/Context"
import * as Tracer from "effect/Tracer"

/** Marks the origin of a walk, so that its steps are told apart from all else that anybody makes a span of. */
export class IsOrigin extends Context.Reference<IsOrigin>()("holdfast/Tracing/IsOrigin", {
  defaultValue: () => false
}) {}

/** Marks the one span of a trace whose id is known before it is made: whoever makes it has to give it that of its parent, and no parent. */
export class IsRoot extends Context.Reference<IsRoot>()("holdfast/Tracing/IsRoot", { defaultValue: () => false }) {}

const ours = Context.make(IsOrigin, true)

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0")

/** 192 bits that tell texts apart, and are the same in every process: nobody has to trust them. */
const digest = (text: string): string => {
  const words = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x71374491, 0x510e527f, 0x1f83d9ab]
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    let carry = unit
    for (let at = 0; at < words.length; at++) {
      carry = Math.imul((words[at] ?? 0) ^ carry, 0x85ebca6b + 2 * at)
      carry ^= carry >>> 15
      words[at] = carry
    }
  }
  return words.map(hex).join("")
}

/**
 * Where the trace of an event, or of a message that nobody asked for, begins: the same for all that becomes of it, in every
 * process, because it is made of its name.
 */
export const origin = (name: string): Tracer.ExternalSpan => {
  const id = digest(name)
  return Tracer.externalSpan({ traceId: id.slice(0, 32), spanId: id.slice(32), context: ours })
}

/** Where the trace of a message begins: that of the event which it answers, if it does. */
export const originOf = (message: string): Tracer.ExternalSpan => origin(message.replace(/#\d+$/, ""))
