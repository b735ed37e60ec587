import type * as ConfigError from "effect/ConfigError"
import * as Layer from "effect/Layer"
import * as Dns from "node:dns"
import { isIP, type LookupFunction } from "node:net"
import { NotPublic, PublicHttp } from "../adapter/PublicHttp.ts"
import * as HttpClient from "./HttpClient.ts"
import * as PublicAddress from "./PublicAddress.ts"

/** Resolves names to what is public of the addresses that they have now; a name that has no such address is refused. */
export const onlyPublic =
  (resolve: typeof Dns.lookup = Dns.lookup): LookupFunction =>
  (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "")
      const judged = addresses.map((one) => ({ ...one, range: PublicAddress.rangeOf(one.address) }))
      const open = judged.filter(({ range }) => range === undefined)
      const [first] = open
      if (first === undefined) callback(new NotPublic({ host, range: judged[0]?.range ?? "no address" }), "")
      else if (options.all === true) callback(null, open)
      else callback(null, first.address, first.family)
    })
  }

const guard: HttpClient.Guard = {
  refuses: (host) => {
    const range = isIP(host) === 0 ? undefined : PublicAddress.rangeOf(host)
    return range === undefined ? undefined : new NotPublic({ host, range })
  },
  lookup: onlyPublic()
}

/**
 * By the same connections as all other requests. Where they go through a proxy it is the proxy that resolves names, and says
 * where they may lead: then only addresses that stand in a URL itself are refused here.
 */
export const layer: Layer.Layer<PublicHttp, ConfigError.ConfigError> = Layer.scoped(PublicHttp, HttpClient.make(guard))
