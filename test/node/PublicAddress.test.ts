import { describe, expect, it } from "@effect/vitest"
import { BlockList, isIPv4 } from "node:net"
import { rangeOf, ranges } from "../../src/node/PublicAddress.ts"

/** The last address of a subnet, counted by itself: every bit behind the prefix is set. */
const lastOf = (subnet: string): string => {
  const [address = "", prefix = ""] = subnet.split("/")
  const wide = isIPv4(address)
    ? { bits: 32, each: 8, radix: 10, dot: "." }
    : { bits: 128, each: 16, radix: 16, dot: ":" }
  const [head = "", tail] = address.split("::")
  const parts = (text: string) => (text === "" ? [] : text.split(wide.dot))
  const [front, back] = [parts(head), parts(tail ?? "")]
  const count = wide.bits / wide.each
  const groups =
    tail === undefined ? front : [...front, ...Array(count - front.length - back.length).fill("0"), ...back]
  const number = groups.reduce((sum, group) => (sum << BigInt(wide.each)) | BigInt(parseInt(group, wide.radix)), 0n)
  const last = number | ((1n << BigInt(wide.bits - Number(prefix))) - 1n)
  const mask = (1n << BigInt(wide.each)) - 1n
  return groups
    .map((_, index) => (last >> BigInt(wide.bits - wide.each * (index + 1))) & mask)
    .map((group) => group.toString(wide.radix))
    .join(wide.dot)
}

describe("PublicAddress", () => {
  it("refuses the first and the last address of every range of the table", () => {
    expect(ranges.length).toBeGreaterThan(20)
    for (const { subnet } of ranges) {
      const [first = ""] = subnet.split("/")
      for (const address of [first, lastOf(subnet)])
        expect([subnet, address, rangeOf(address)]).not.toContain(undefined)
    }
  })

  it("tells each range by its name, unless a narrower one has the address", () => {
    const [wide, narrow] = [new Set(["::/3", "4000::/2", "8000::/1"]), ranges]
    for (const { name, subnet } of narrow.filter((range) => !wide.has(range.subnet)))
      expect([subnet, rangeOf(lastOf(subnet))]).toEqual([subnet, name])
  })

  const within: ReadonlyArray<readonly [string, string]> = [
    ["127.0.0.1", "loopback"],
    ["0.0.0.0", "this host"],
    ["169.254.169.254", "link-local"],
    ["100.100.100.200", "carrier-grade NAT"],
    ["168.63.129.16", "metadata"],
    ["255.255.255.255", "reserved, or broadcast"],
    ["::", "not global unicast"],
    ["::1", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:a00:1", "private"],
    ["0:0:0:0:0:ffff:192.168.0.1", "private"],
    ["64:ff9b::10.0.0.1", "private"],
    ["64:ff9b:1::1", "not global unicast"],
    ["2002:7f00:1::", "6to4"],
    ["2001:0:53aa:64c:1::", "protocol assignments"],
    ["fd00:ec2::254", "private"],
    ["fe80::1%eth0", "link-local"],
    ["::127.0.0.1", "not global unicast"],
    ["localhost", "no address"],
    ["", "no address"]
  ]
  for (const [address, name] of within)
    it(`${address === "" ? "nothing" : address} is not public: ${name}`, () => expect(rangeOf(address)).toBe(name))

  const open = [
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8"
  ]
  for (const address of open) it(`${address} is public`, () => expect(rangeOf(address)).toBeUndefined())

  it("counts the last address of a subnet as Node does", () => {
    for (const { subnet } of ranges) {
      const [address = "", prefix] = subnet.split("/")
      const list = new BlockList()
      list.addSubnet(address, Number(prefix), isIPv4(address) ? "ipv4" : "ipv6")
      expect(list.check(lastOf(subnet), isIPv4(address) ? "ipv4" : "ipv6")).toBe(true)
    }
  })
})
