import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { IsOrigin, IsRoot } from "../../gateway/Tracing/Origin.ts"

/** Effect's own, which keeps nothing. */
const idle = Context.get(DefaultServices.liveServices, Tracer.Tracer)

/** The beginning of a trace's id is as good as drawn: so all steps of a walk are told, or none, in every process. */
const among = (traceId: string, part: number): boolean => Number.parseInt(traceId.slice(0, 8), 16) < part * 2 ** 32

const walked = (parent: Option.Option<Tracer.AnySpan>, part: number): parent is Option.Some<Tracer.AnySpan> => {
  if (Option.isNone(parent)) return false
  const { value } = parent
  return value._tag === "Span" ? value.sampled : Context.get(value.context, IsOrigin) && among(value.traceId, part)
}

/**
 * Tells `tracer` of the walks of events and of all that is done within them, and of nothing else: what else makes spans, such
 * as a server, would tell of addresses and headers that have secrets in them. Of all walks, `part` (from 0 to 1) are told.
 */
export const walks = (tracer: Tracer.Tracer, part: number): Tracer.Tracer =>
  Tracer.make({
    context: (run, fiber) => tracer.context(run, fiber),
    span: (name, parent, context, ...rest) => {
      if (!walked(parent, part)) return Object.assign(idle.span(name, parent, context, ...rest), { sampled: false })
      const span = tracer.span(name, parent, context, ...rest)
      return Context.get(context, IsRoot)
        ? Object.assign(span, { spanId: parent.value.spanId, parent: Option.none<Tracer.AnySpan>() })
        : span
    }
  })
