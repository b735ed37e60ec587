import { BlockList, isIPv4 } from "node:net"

/** A part of the address space that no stranger may send us to. */
export interface Range {
  readonly subnet: string
  /** as people are told of it */
  readonly name: string
}

/**
 * What is not the public network.
 * Sources: https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry,
 * https://www.iana.org/assignments/multicast-addresses, https://www.iana.org/assignments/ipv6-address-space;
 * each range's own source is beside it
 */
export const ranges: ReadonlyArray<Range> = [
  { subnet: "0.0.0.0/8", name: "this host" }, // RFC 1122, 3.2.1.3
  { subnet: "10.0.0.0/8", name: "private" }, // RFC 1918
  { subnet: "100.64.0.0/10", name: "carrier-grade NAT" }, // RFC 6598; some clouds keep metadata here
  { subnet: "127.0.0.0/8", name: "loopback" }, // RFC 1122, 3.2.1.3
  { subnet: "169.254.0.0/16", name: "link-local" }, // RFC 3927; most clouds keep metadata here
  { subnet: "172.16.0.0/12", name: "private" }, // RFC 1918
  { subnet: "192.0.0.0/24", name: "protocol assignments" }, // RFC 6890
  { subnet: "192.0.2.0/24", name: "documentation" }, // RFC 5737
  { subnet: "192.88.99.0/24", name: "6to4 relay" }, // RFC 7526
  { subnet: "192.168.0.0/16", name: "private" }, // RFC 1918
  { subnet: "198.18.0.0/15", name: "benchmarking" }, // RFC 2544
  { subnet: "198.51.100.0/24", name: "documentation" }, // RFC 5737
  { subnet: "203.0.113.0/24", name: "documentation" }, // RFC 5737
  { subnet: "224.0.0.0/4", name: "multicast" }, // RFC 5771
  { subnet: "240.0.0.0/4", name: "reserved, or broadcast" }, // RFC 1112, RFC 919
  { subnet: "168.63.129.16/32", name: "metadata" }, // a public number that Azure answers itself
  { subnet: "::1/128", name: "loopback" }, // RFC 4291
  { subnet: "fc00::/7", name: "private" }, // RFC 4193; some clouds keep metadata here
  { subnet: "fe80::/10", name: "link-local" }, // RFC 4291
  { subnet: "fec0::/10", name: "site-local" }, // RFC 3879
  { subnet: "ff00::/8", name: "multicast" }, // RFC 4291
  { subnet: "2001::/23", name: "protocol assignments" }, // RFC 2928; Teredo's addresses hold others
  { subnet: "2001:db8::/32", name: "documentation" }, // RFC 3849
  { subnet: "2002::/16", name: "6to4" }, // RFC 3056; these addresses hold others
  { subnet: "3fff::/20", name: "documentation" }, // RFC 9637
  { subnet: "::/3", name: "not global unicast" }, // RFC 4291, 2.4
  { subnet: "4000::/2", name: "not global unicast" }, // the same
  { subnet: "8000::/1", name: "not global unicast" } // the same
]

const lists = ranges.map(({ name, subnet }) => {
  const [address = "", prefix] = subnet.split("/")
  const family = isIPv4(address) ? "ipv4" : "ipv6"
  const list = new BlockList()
  list.addSubnet(address, Number(prefix), family)
  return { family, list, name } as const
})

/** IPv6 addresses that mean one of IPv4: mapped (RFC 4291, 2.5.5.2), or translated on the way (RFC 6052). */
const holding = /^\[(?:::ffff|64:ff9b:):([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/

const bytes = (group: string): string => {
  const value = Number.parseInt(group, 16)
  return `${value >> 8}.${value & 255}`
}

/** Each address in one spelling; undefined if it is none. */
const spelled = (address: string): string | undefined => {
  if (isIPv4(address)) return address
  const [bare = ""] = address.split("%")
  const url = `http://[${bare}]/`
  if (!URL.canParse(url)) return undefined
  const { hostname } = new URL(url)
  const [, high, low] = holding.exec(hostname) ?? []
  return high === undefined || low === undefined ? hostname.slice(1, -1) : `${bytes(high)}.${bytes(low)}`
}

/** The range that an address is not public by; undefined for one that is public. */
export const rangeOf = (address: string): string | undefined => {
  const one = spelled(address)
  if (one === undefined) return "no address"
  const family = isIPv4(one) ? "ipv4" : "ipv6"
  return lists.find((range) => range.family === family && range.list.check(one, family))?.name
}
