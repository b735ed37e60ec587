import type * as Platform from "../../adapter/Platform.ts"
import type { ConversationKind } from "../../domain/Address.ts"

/** What an id begins with, what is behind the colon, and which kind of conversation that is. */
const kinds: ReadonlyArray<readonly [name: string, rest: RegExp, kind: ConversationKind]> = [
  ["c2c", /^[^/]+$/, "direct"],
  ["group", /^[^/]+$/, "group"],
  ["channel", /^[^/]+\/[^/]+$/, "channel"],
  ["dm", /^[^/]+$/, "direct"]
]

/** A person, a group, a channel of a guild, or a person in a guild; a guild as a whole takes no message. */
export const places: Platform.Places = {
  kindOf: (id) => {
    const colon = id.indexOf(":")
    const [name, rest] = [id.slice(0, colon), id.slice(colon + 1)]
    return kinds.find(([known, shape]) => known === name && shape.test(rest))?.[2]
  },
  written: "c2c:OPENID, group:OPENID, channel:GUILD/CHANNEL or dm:GUILD"
}
