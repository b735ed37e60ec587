/** One event of a `text/event-stream`. */
export interface Sse {
  readonly id: string | undefined
  readonly event: string
  readonly data: string
}

const field = (line: string): readonly [name: string, value: string] => {
  const colon = line.indexOf(":")
  return colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")]
}

const parse = (block: string): Sse | undefined => {
  const fields = block.split("\n").map(field)
  const last = (name: string) => fields.findLast(([each]) => each === name)?.[1]
  const data = fields.filter(([name]) => name === "data").map(([, value]) => value)
  return data.length === 0 ? undefined : { id: last("id"), event: last("event") ?? "message", data: data.join("\n") }
}

/** Takes a stream piece by piece and gives the events that each piece completes; comments are none. */
export const reader = (): ((piece: string) => ReadonlyArray<Sse>) => {
  let rest = ""
  return (piece) => {
    // a lone return at the end may be the first half of a line's end
    const [text = "", held = ""] = /^([\s\S]*?)(\r?)$/.exec(rest + piece)?.slice(1) ?? []
    const blocks = text.replace(/\r\n?/g, "\n").split("\n\n")
    rest = (blocks.pop() ?? "") + held
    return blocks.map(parse).filter((event) => event !== undefined)
  }
}
