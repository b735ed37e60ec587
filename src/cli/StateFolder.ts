import * as Config from "effect/Config"
import * as Option from "effect/Option"
import { homedir } from "node:os"
import { posix, win32 } from "node:path"
import type * as Setting from "../adapter/Setting.ts"

/** What is known of this user; nothing need be. */
export interface Surroundings {
  readonly home: Option.Option<string>
  readonly xdgStateHome: Option.Option<string>
  readonly localAppData: Option.Option<string>
}

type Place = (surroundings: Surroundings) => Option.Option<string>

const under =
  (...folders: readonly [string, ...ReadonlyArray<string>]) =>
  (path: string): string =>
    [path, ...folders].join("/")

const xdg: Place = ({ home, xdgStateHome }) =>
  // by the XDG base directory specification a relative one is to be ignored
  Option.filter(xdgStateHome, posix.isAbsolute).pipe(Option.orElse(() => Option.map(home, under(".local", "state"))))

const places: Partial<Record<NodeJS.Platform, Place>> = {
  darwin: ({ home }) => Option.map(home, under("Library", "Application Support")),
  win32: ({ home, localAppData }) =>
    Option.filter(localAppData, win32.isAbsolute).pipe(Option.orElse(() => Option.map(home, under("AppData", "Local"))))
}

/** The folder in which a program of this user keeps what is to outlast it; none for a user without a home. */
export const on = (platform: NodeJS.Platform, surroundings: Surroundings): Option.Option<string> =>
  Option.map((places[platform] ?? xdg)(surroundings), (path) =>
    (platform === "win32" ? win32 : posix).join(path, "holdfast")
  )

export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name: "XDG_STATE_HOME",
    description: "where the user's programs keep their state; not on macOS, where it is ~/Library/Application Support",
    default: "~/.local/state"
  },
  { name: "LOCALAPPDATA", description: "the same on Windows, which sets it" }
]

/** The user's home, which not every user has who runs a service. */
export const home: () => Option.Option<string> = Option.liftThrowable(homedir)

/** The folder, as the environment describes it. */
export const config: Config.Config<Option.Option<string>> = Config.all({
  xdgStateHome: Config.option(Config.string("XDG_STATE_HOME")),
  localAppData: Config.option(Config.string("LOCALAPPDATA"))
}).pipe(Config.map((variables) => on(process.platform, { ...variables, home: home() })))
