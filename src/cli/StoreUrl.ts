import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import { constant } from "effect/Function"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { join, resolve } from "node:path"
import type * as Setting from "../adapter/Setting.ts"
import * as StateFolder from "./StateFolder.ts"

/** Where everything is kept that has to outlast the process. */
export type StoreUrl = Data.TaggedEnum<{
  Memory: {}
  /** an absolute path */
  Sqlite: { readonly path: string }
  /** the address with whatever secret it holds, and what may be told of it */
  Postgres: { readonly url: Redacted.Redacted; readonly host: string; readonly database: string | undefined }
}>

export const StoreUrl = Data.taggedEnum<StoreUrl>()

const wants =
  "it wants sqlite:PATH, postgres://USER:PASSWORD@HOST/DATABASE (what is not a letter or a digit in them as %XX), or memory:"

const sqlite = (rest: string): Option.Option<StoreUrl> => {
  // three slashes are an absolute path, as in file:///; a host there is none
  const path = rest.startsWith("///") ? rest.slice(2) : rest
  if (path === "" || path.endsWith("/") || path.startsWith("//") || path.startsWith(":")) return Option.none()
  return Option.map(
    // no shell replaces what stands within a word
    path.startsWith("~/") ? Option.map(StateFolder.home(), (home) => join(home, path.slice(2))) : Option.some(path),
    (path) => StoreUrl.Sqlite({ path: resolve(path) })
  )
}

/** Whether the driver can make something of it; to `URL` a host is missing where it stands among the parameters. */
const parses = (url: string): boolean => URL.canParse(url) || URL.canParse(url.replace("@/", "@localhost/"))

// Strict, so that no part of a password that was written as it is can be taken for a host or a database.
const postgresUrl =
  /^\/\/(?:[^@/?#\s]*@)?(?<host>[\w.-]*|\[[\da-f:.]+\])(?::(?<port>\d{1,5}))?(?:\/(?<database>[^@/?#\s]*))?(?:\?(?<query>[^@#\s]*))?$/i

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536

const decoded = Option.liftThrowable(decodeURIComponent)

const postgres = (rest: string, whole: string): Option.Option<StoreUrl> =>
  Option.gen(function* () {
    const {
      database = "",
      host = "",
      port = "",
      query = ""
    } = (yield* Option.fromNullable(postgresUrl.exec(rest))).groups ?? {}
    // the driver obeys the last of several, and a parameter before what stands in its place
    const parameters = new Map(new URLSearchParams(query))
    const at = parameters.get("port") || port
    const name = yield* decoded(database)
    yield* Option.filter(decoded(rest), () => parses(whole) && (at === "" || isPort(at)))
    return StoreUrl.Postgres({
      url: Redacted.make(whole),
      host: `${parameters.get("host") || host || "localhost"}${at === "" ? "" : `:${at}`}`,
      database: name === "" ? undefined : name
    })
  })

const schemes: Readonly<Record<string, (rest: string, whole: string) => Option.Option<StoreUrl>>> = {
  sqlite,
  postgres,
  postgresql: postgres,
  memory: (rest) => (rest === "" ? Option.some(StoreUrl.Memory()) : Option.none())
}

/** The store that an address names, if it names one. */
export const parse = (text: string): Option.Option<StoreUrl> => {
  const url = text.trim()
  const colon = url.indexOf(":")
  const read = Object.hasOwn(schemes, url.slice(0, colon)) ? schemes[url.slice(0, colon)] : undefined
  return read === undefined ? Option.none() : read(url.slice(colon + 1), url)
}

const name = "HOLDFAST_STORE_URL"

export const variables: ReadonlyArray<Setting.Variable> = [
  {
    name,
    description:
      "where events, messages and resume points are kept: sqlite:PATH, postgres://USER:PASSWORD@HOST/DATABASE, or memory: (forgets with the process)",
    default: "sqlite: holdfast.db in the user's state directory",
    // it may have a password in it
    secret: true
  },
  ...StateFolder.variables
]

const given = Config.string(name).pipe(
  Config.mapOrFail((text) => Either.fromOption(parse(text), () => ConfigError.InvalidData([], wants))),
  Config.option
)

/** The store that the environment names, or else a file of this user. */
export const config: Config.Config<StoreUrl> = Config.all({ given, folder: StateFolder.config }).pipe(
  Config.mapOrFail(({ folder, given }) =>
    Option.orElse(given, () => Option.map(folder, (path) => StoreUrl.Sqlite({ path: join(path, "holdfast.db") }))).pipe(
      Either.fromOption(() => ConfigError.MissingData([name], "this user has no home"))
    )
  )
)

/** What people are told of a store, without anything secret. */
export const told: (url: StoreUrl) => string = StoreUrl.$match({
  Memory: constant("memory, which forgets with the process"),
  Sqlite: ({ path }) => `the SQLite file ${path}`,
  Postgres: ({ database, host }) =>
    `PostgreSQL at ${host}, ${database === undefined ? "its user's own database" : `database ${database}`}`
})

/** A Postgres address as it may be shown: whole, but for its passwords. */
export const shown = ({ url }: StoreUrl & { readonly _tag: "Postgres" }): string =>
  Redacted.value(url)
    .replace(/^(\w+:\/\/[^:@/?#]*):[^@/?#]*@/, "$1@")
    .replaceAll(/(?<=[?&])\w*password=[^&]*&?/gi, "")
    .replace(/[?&]$/, "")
