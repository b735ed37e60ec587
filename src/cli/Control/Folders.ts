import * as Config from "effect/Config"
import * as Option from "effect/Option"
import { tmpdir } from "node:os"
import { isAbsolute, join } from "node:path"
import type * as Setting from "../../adapter/Setting.ts"
import * as StateFolder from "../StateFolder.ts"

/** Where control sockets may be; the first that takes one has it. */
export type Folders = readonly [string, ...ReadonlyArray<string>]

export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "XDG_RUNTIME_DIR",
    description: "where the sockets of the user's programs are; control sockets are in the state directory without it"
  }
]

/** For a user without a home, and where the names of all other folders are too long for a socket. */
const lastResort: Folders = [join(tmpdir(), `holdfast-${process.getuid?.() ?? "pipes"}`)]

const before = (others: Folders, folder: Option.Option<string>): Folders =>
  Option.match(folder, { onNone: () => others, onSome: (path) => [path, ...others] })

/** The folders, as the environment describes them. */
export const config: Config.Config<Folders> = Config.all({
  runtime: Config.option(Config.string("XDG_RUNTIME_DIR")),
  state: StateFolder.config
}).pipe(
  Config.map(({ runtime, state }) => {
    // by the XDG base directory specification a relative one is to be ignored
    const own = Option.map(Option.filter(runtime, isAbsolute), (path) => join(path, "holdfast"))
    return before(before(lastResort, state), own)
  })
)
