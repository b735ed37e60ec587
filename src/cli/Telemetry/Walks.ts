import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { IsOrigin, IsRoot } from "../../gateway/Tracing/Origin.ts"

/** Effect's own, which keeps nothing. */
const idle = Context.get(DefaultServices.liveServices, Tracer.Tracer)

const walked = (parent: Option.Option<Tracer.AnySpan>): parent is Option.Some<Tracer.AnySpan> =>
  Option.isSome(parent) &&
  (parent.value._tag === "Span" ? parent.value.sampled : Context.get(parent.value.context, IsOrigin))

/**
 * Tells `tracer` of the walks of events and of all that is done within them, and of nothing else: what else makes spans, such
 * as a server, would tell of addresses and headers that have secrets in them.
 */
export const walks = (tracer: Tracer.Tracer): Tracer.Tracer =>
  Tracer.make({
    context: (run, fiber) => tracer.context(run, fiber),
    span: (name, parent, context, ...rest) => {
      if (!walked(parent)) return Object.assign(idle.span(name, parent, context, ...rest), { sampled: false })
      const span = tracer.span(name, parent, context, ...rest)
      return Context.get(context, IsRoot)
        ? Object.assign(span, { spanId: parent.value.spanId, parent: Option.none<Tracer.AnySpan>() })
        : span
    }
  })
