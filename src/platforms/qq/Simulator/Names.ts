import * as DateTime from "effect/DateTime"
import { PCGRandom } from "effect/Utils"

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
const beijing = 8 * 60 * 60 * 1000

/** Ids in the shapes that QQ gives them, never the same one twice. */
export class Names {
  private readonly random: PCGRandom
  private count = 0

  constructor(seed: number) {
    this.random = new PCGRandom(seed)
  }

  private opaque(length: number): string {
    this.count += 1
    const unique = this.count.toString(36)
    return (
      unique + Array.from({ length: length - unique.length }, () => alphabet.charAt(this.random.integer(36))).join("")
    )
  }

  private hex(length: number): string {
    this.count += 1
    const unique = this.count.toString(16)
    return Array.from({ length: length - unique.length }, () => this.random.integer(16).toString(16)).join("") + unique
  }

  token(): string {
    return this.opaque(36)
  }

  trace(): string {
    return this.hex(32)
  }

  uuid(): string {
    return this.hex(32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5")
  }

  event(name: string): string {
    return `${name}:${name === "INTERACTION_CREATE" ? this.uuid() : this.opaque(24)}`
  }

  /** A message's id in C2C and groups, or in guilds. */
  message(kind: "c2c" | "group" | "channel" | "dm"): string {
    return kind === "c2c" || kind === "group" ? `ROBOT1.0_${this.opaque(32)}!` : `08${this.hex(24)}`
  }

  /** What stands for a file. */
  file(): string {
    return `CkZ${this.opaque(40)}`
  }

  reference(): string {
    return `REFIDX_${this.opaque(22)}==`
  }
}

/** A time as QQ writes it: RFC 3339 in Beijing, to the second. */
export const timestamp = (millis: number): string =>
  DateTime.formatIsoOffset(DateTime.unsafeMakeZoned(millis, { timeZone: beijing })).replace(/\.\d+/, "")
