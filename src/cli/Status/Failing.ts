import type { HandlerHealth } from "../../handler/Handler.ts"
import type { Desk } from "../Control/Desk.ts"
import * as Moment from "../Moment.ts"
import { line } from "../Printable.ts"

/** What stands behind handlers and fails, of all processes. */
export const of = (desks: ReadonlyArray<Desk>): ReadonlyArray<HandlerHealth> =>
  desks.flatMap(({ handlers }) => handlers.filter(({ state }) => state === "failing"))

/** What stands behind a handler and fails, on a line. */
export const told = ({ cause, handler, next, since }: HandlerHealth, at: number): string => {
  const due = next === undefined || next <= at ? "" : `; it is tried in ${Moment.span(next - at)}`
  return line(`The handler ${handler} has failed for ${Moment.span(at - since)}: ${cause ?? "why is not known"}${due}.`)
}
