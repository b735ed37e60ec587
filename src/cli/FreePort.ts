import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Net from "node:net"
import type { Place } from "../node/HttpListener.ts"

/** How many ports are tried. */
const most = 20

const isFree = ({ host, port }: Place): Effect.Effect<boolean> =>
  Effect.async((resume) => {
    const probe = Net.createServer()
    probe.once("error", () => resume(Effect.succeed(false)))
    probe.listen(port, host, () => probe.close(() => resume(Effect.succeed(true))))
  })

/** The same place, at its port or one of the next where that is taken; undefined where all of them are. */
export const near = <A extends Place>(place: A): Effect.Effect<A | undefined> =>
  Effect.findFirst(
    Array.from({ length: most }, (_, n) => ({ ...place, port: place.port + n })).filter(({ port }) => port <= 65_535),
    isFree
  ).pipe(Effect.map(Option.getOrUndefined))
