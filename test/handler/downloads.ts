import { Stream } from "effect"
import type { Context } from "effect"
import { Downloads } from "../../src/handler/Downloads.ts"
import type { Handler } from "../../src/handler/Handler.ts"

/** The same handler, where this fetches what came along; nothing has, unless it is said. */
export const served = (
  handler: Handler<Downloads>,
  downloads: Context.Tag.Service<Downloads> = { fetch: () => Stream.die("nothing came along") }
): Handler =>
  Object.assign(
    (event: Parameters<Handler>[0], attempt?: number) =>
      Stream.provideService(handler(event, attempt), Downloads, downloads),
    handler
  )
