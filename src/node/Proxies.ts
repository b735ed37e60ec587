import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { Variable } from "../adapter/Setting.ts"

/** An HTTP proxy that lines and requests go through by `CONNECT`. */
export interface Proxy {
  /** `host:port`, without user and password: how it is called in messages */
  readonly name: string
  readonly host: string
  readonly port: number
  /** the proxy itself is spoken to over TLS */
  readonly secure: boolean
  /** the value of `Proxy-Authorization` */
  readonly authorization: Redacted.Redacted | undefined
}

/** Which proxy, if any, leads to a URL: one decision for REST and sockets. */
export type Proxies = (url: URL) => Proxy | undefined

const defaultPorts: Record<string, number> = { "http:": 80, "ws:": 80, "https:": 443, "wss:": 443 }

const secureProtocols = new Set(["https:", "wss:"])

const loopback = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

const authorization = (url: URL): Redacted.Redacted | undefined =>
  url.username === "" && url.password === ""
    ? undefined
    : Redacted.make(
        `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString("base64")}`
      )

const parse = (name: string, text: string): Either.Either<Proxy | undefined, ConfigError.ConfigError> => {
  if (text === "") return Either.right(undefined)
  const address = text.includes("://") ? text : `http://${text}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || url.hostname === "" || !(url.protocol === "http:" || url.protocol === "https:"))
    return Either.left(
      // what was found is not repeated: it may hold a password
      ConfigError.InvalidData([name], "it wants an HTTP proxy, such as http://proxy.example:3128")
    )
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80)
  return Either.try({
    try: () => ({
      name: `${url.hostname}:${port}`,
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port,
      secure: url.protocol === "https:",
      authorization: authorization(url)
    }),
    catch: () => ConfigError.InvalidData([name], "it wants user and password percent-encoded")
  })
}

/** The entries of `NO_PROXY`: `*`, hosts, `.suffixes` and `*.suffixes`, each perhaps with a port. A host covers its subdomains. */
const excludes = (list: string): ((host: string, port: number) => boolean) => {
  const entries = list
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [, host = entry, port = ""] = /^(.+?)(?::(\d+))?$/.exec(entry) ?? []
      return { host: host.replace(/^\*?\./, ""), port }
    })
  return (host, port) =>
    entries.some(
      (entry) =>
        (entry.port === "" || Number(entry.port) === port) &&
        (entry.host === "*" || host === entry.host || host.endsWith(`.${entry.host}`))
    )
}

/** The names are known in both cases; lower case wins. An empty value is none. */
const variable = (name: string): Config.Config<string> =>
  Config.string(name.toLowerCase()).pipe(
    Config.orElse(() => Config.string(name)),
    Config.withDefault(""),
    Config.map((text) => text.trim())
  )

const proxy = (name: string): Config.Config<Proxy | undefined> =>
  variable(name).pipe(Config.mapOrFail((text) => parse(name, text)))

/** Every variable that `config` reads; each is known in lower case too. */
export const variables: ReadonlyArray<Variable> = [
  { name: "HTTPS_PROXY", description: "the proxy for https and wss, such as http://proxy.example:3128", secret: true },
  { name: "HTTP_PROXY", description: "the proxy for http and ws", secret: true },
  { name: "ALL_PROXY", description: "the proxy for what has none of its own", secret: true },
  { name: "NO_PROXY", description: "hosts that are reached directly: names, .suffixes or *, separated by commas" }
]

/**
 * The proxies that the environment describes. `https:` and `wss:` go by `HTTPS_PROXY`, `http:` and `ws:` by `HTTP_PROXY`,
 * and what has none by `ALL_PROXY`. Loopback addresses, and what `NO_PROXY` names, are reached directly.
 */
export const config: Config.Config<Proxies> = Config.all({
  https: proxy("HTTPS_PROXY"),
  http: proxy("HTTP_PROXY"),
  all: proxy("ALL_PROXY"),
  none: Config.map(variable("NO_PROXY"), excludes)
}).pipe(
  Config.map(({ all, http, https, none }) => (url: URL) => {
    const host = url.hostname.toLowerCase()
    const port = Number(url.port) || (defaultPorts[url.protocol] ?? 0)
    if (loopback.test(host) || none(host, port)) return undefined
    return (secureProtocols.has(url.protocol) ? https : http) ?? all
  })
)

/** No proxies at all. */
export const direct: Proxies = () => undefined
