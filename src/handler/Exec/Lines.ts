/** Bytes as they come, made into lines of text; what is no UTF-8 becomes the mark for that. */
export class Lines {
  readonly #decoder = new TextDecoder()
  #open = ""

  /** How much of the line that is not whole yet there is, in UTF-16 units. */
  get pending(): number {
    return this.#open.length
  }

  /** The lines that are whole with this. */
  push(bytes: Uint8Array): ReadonlyArray<string> {
    return this.#split(this.#decoder.decode(bytes, { stream: true }))
  }

  /** What is left when nothing more comes. */
  end(): ReadonlyArray<string> {
    const whole = this.#split(this.#decoder.decode())
    return this.#open === "" ? whole : [...whole, this.#open]
  }

  #split(text: string): ReadonlyArray<string> {
    if (!text.includes("\n")) {
      this.#open += text
      return []
    }
    const [first = "", ...others] = text.split("\n")
    const last = others.pop() ?? ""
    const whole = [this.#open + first, ...others]
    this.#open = last
    return whole
  }
}
