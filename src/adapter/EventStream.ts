import * as Stream from "effect/Stream"

/** One event of a stream of server-sent events. */
export interface Told {
  /** what it is called; `message` where it does not say */
  readonly event: string
  readonly data: string
  /** the last that was given, by this event or one before it */
  readonly id: string | undefined
}

const lineEnd = /\r\n|\n|\r(?!$)/

/** Takes the text piece by piece, as it comes, and gives the events that each piece completes. */
export class Reader {
  #rest = ""
  #event = ""
  #data: Array<string> = []
  #id: string | undefined

  read(piece: string): ReadonlyArray<Told> {
    // a return at the very end may be the first half of a line's end
    const lines = (this.#rest + piece).split(lineEnd)
    this.#rest = lines.pop() ?? ""
    return lines.flatMap((line) => this.#line(line))
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
