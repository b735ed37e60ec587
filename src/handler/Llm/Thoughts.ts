const opening = "<think>"
const closing = "</think>"

/**
 * What a model says, without what it thinks aloud before: servers that do not tell the two apart leave that at the beginning of
 * the answer, between `<think>` and `</think>`.
 */
export class Thoughts {
  #at: "beginning" | "thinking" | "saying" = "beginning"
  #held = ""

  /** What of these words, and of those held back before, is said. */
  push(words: string): string {
    if (this.#at === "saying") return words
    this.#held += words
    return this.#at === "beginning" ? this.#begin() : this.#think()
  }

  /** What was held back when nothing more comes. */
  end(): string {
    const held = this.#at === "beginning" ? this.#held : ""
    this.#held = ""
    return held
  }

  #begin(): string {
    const text = this.#held.trimStart()
    if (text.startsWith(opening)) {
      this.#at = "thinking"
      return this.#think()
    }
    return opening.startsWith(text) ? "" : this.#say(this.#held)
  }

  #think(): string {
    const index = this.#held.indexOf(closing)
    if (index >= 0) {
      const rest = this.#held.slice(index + closing.length).trimStart()
      return rest === "" ? "" : this.#say(rest)
    }
    // thoughts have no bound of their own, and nobody reads them
    this.#held = this.#held.slice(-closing.length)
    return ""
  }

  #say(words: string): string {
    this.#at = "saying"
    this.#held = ""
    return words
  }
}
