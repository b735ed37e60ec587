import { PCGRandom } from "effect/Utils"

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** Ids in the shapes that Telegram gives them, never the same one twice. */
export class Names {
  private readonly random: PCGRandom
  private count = 0

  constructor(seed: number) {
    this.random = new PCGRandom(seed)
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.random.integer(most - least + 1)
  }

  private opaque(length: number): string {
    this.count += 1
    const unique = this.count.toString(36)
    return (
      Array.from({ length: length - unique.length }, () => alphabet.charAt(this.random.integer(alphabet.length))).join(
        ""
      ) + unique
    )
  }

  callback(): string {
    this.count += 1
    return `${this.between(10 ** 8, 10 ** 9)}${String(this.count).padStart(9, "0")}`
  }

  album(): string {
    this.count += 1
    return `13${String(this.between(10 ** 8, 10 ** 9))}${this.count}`
  }

  file(): { readonly file_id: string; readonly file_unique_id: string } {
    return { file_id: `AgAC${this.opaque(60)}`, file_unique_id: `AQAD${this.opaque(12)}` }
  }

  /** The next of its kind, for file names. */
  next(): number {
    return (this.count += 1)
  }
}
