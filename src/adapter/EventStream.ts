import * as Stream from "effect/Stream"

/** One event of a stream of server-sent events. */
export interface Told {
  /** what it is called; `message` where it does not say */
  readonly event: string
  readonly data: string
  /** the last that was given, by this event or one before it */
  readonly id: string | undefined
}

const lineEnd = /\r\n?|\n/

/** Takes the text piece by piece, as it comes, and gives the events that each piece completes. */
export class Reader {
  /** of the line that has not ended yet */
  #open = ""
  /** a return was the last that came: a line feed right after it is of the same line's end */
  #returned = false
  #event = ""
  #data: Array<string> = []
  #id: string | undefined

  read(piece: string): ReadonlyArray<Told> {
    if (piece === "") return []
    const [first = "", ...others] = (this.#returned && piece.startsWith("\n") ? piece.slice(1) : piece).split(lineEnd)
    this.#returned = piece.endsWith("\r")
    // what came before is not looked through again: a line may come in very many pieces
    this.#open += first
    const last = others.pop()
    if (last === undefined) return []
    const whole = [this.#open, ...others]
    this.#open = last
    return whole.flatMap((line) => this.#line(line))
  }

  #line(line: string): ReadonlyArray<Told> {
    if (line === "") return this.#complete()
    const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
    if (name === "event") this.#event = value
    else if (name === "data") this.#data.push(value)
    else if (name === "id" && !value.includes("\0")) this.#id = value
    return []
  }

  #complete(): ReadonlyArray<Told> {
    const [event, data] = [this.#event, this.#data]
    this.#event = ""
    this.#data = []
    return data.length === 0 ? [] : [{ event: event === "" ? "message" : event, data: data.join("\n"), id: this.#id }]
  }
}

/** The events of a response's body. What was begun when it ends is no event. */
export const decode = <E, R>(body: Stream.Stream<Uint8Array, E, R>): Stream.Stream<Told, E, R> =>
  Stream.suspend(() => {
    const reader = new Reader()
    return body.pipe(
      Stream.decodeText("utf-8"),
      Stream.mapConcat((piece) => reader.read(piece))
    )
  })
