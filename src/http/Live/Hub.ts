import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Line } from "./Line.ts"
import { type Bounds, defaults, Ring, type Told } from "./Ring.ts"

/** To write to a line costs a hundred times what an event does that is written there with others; milliseconds. */
const [soonest, eachLine, latest] = [100, 5, 500]

/** What happens is gathered for so long, and written to so many lines at once: to two hundred a second, until it would be late. */
export const gatheredFor = (lines: number): Duration.Duration =>
  Duration.millis(Math.min(latest, Math.max(soonest, eachLine * lines)))

/** Until it is asked for again, for a browser that lost us; milliseconds. */
const opening = "retry: 1000\n\n"

/** Said so that a line on which nothing happens is not taken for a dead one. */
const comment = new TextEncoder().encode(": here\n\n")

/** Where the events of one process come together and go out to all who listen: each is written out once, whoever they are. */
export class Hub {
  readonly #lines = new Set<Line>()
  readonly #ring: Ring
  readonly #encoder = new TextEncoder()
  /** tells the ids of this process from those of another */
  readonly #epoch: string
  #gathered: Array<Told> = []
  readonly #some = Effect.unsafeMakeLatch(false)
  /** open while anybody listens */
  readonly wanted = Effect.unsafeMakeLatch(false)
  /** open while whatever changes is told */
  readonly #telling = Effect.unsafeMakeLatch(false)
  isTelling = false

  constructor(epoch: string, bounds: Bounds = defaults) {
    this.#epoch = epoch
    this.#ring = new Ring(bounds)
  }

  /** How many listen. */
  get listeners(): number {
    return this.#lines.size
  }

  /** Has an event told to all; `bare` is what those are told who did not ask for contents. */
  tell(event: string, data: unknown, bare: unknown = data): void {
    const id = `${this.#epoch}-${this.#ring.last + 1}`
    const full = frame(event, data, id)
    const told = { full, bare: bare === data ? full : frame(event, bare, id) }
    this.#ring.push(told)
    this.#gathered.push(told)
    this.#some.unsafeOpen()
  }

  /** Writes what gathers, again and again. */
  readonly run: Effect.Effect<never> = Effect.suspend(() =>
    this.#some.await.pipe(
      Effect.zipRight(Effect.suspend(() => Effect.sleep(gatheredFor(this.#lines.size)))),
      Effect.zipRight(Effect.sync(() => this.flush())),
      Effect.forever
    )
  )

  /** Writes what has gathered. */
  flush(): void {
    const gathered = this.#gathered
    this.#gathered = []
    this.#some.unsafeClose()
    if (gathered.length === 0) return
    const bare = this.#lines.size === 0 ? undefined : this.#encoder.encode(gathered.map((told) => told.bare).join(""))
    let full: Uint8Array | undefined
    for (const line of this.#lines) {
      if (line.contents) full ??= this.#encoder.encode(gathered.map((told) => told.full).join(""))
      const bytes = line.contents ? full : bare
      if (bytes !== undefined) this.#write(line, bytes)
    }
  }

  /** Says to all that we are here. */
  breathe(): void {
    for (const line of this.#lines) this.#write(line, comment)
  }

  /**
   * One more listens, until the scope ends or it is dropped. It goes on after the event of that id where what came since is
   * kept, and else begins with `snapshot`, which is events that say how everything is.
   */
  open(
    options: { readonly contents: boolean; readonly after: string | undefined },
    snapshot: Effect.Effect<ReadonlyArray<readonly [event: string, data: unknown]>>
  ): Effect.Effect<Line, never, Scope.Scope> {
    const opened = Effect.acquireRelease(
      Effect.sync(() => {
        // what has gathered by now is part of what was missed, or of the snapshot
        this.flush()
        const line = new Line(options.contents)
        this.#lines.add(line)
        this.wanted.unsafeOpen()
        const missed = this.#after(options.after)
        return { line, missed, id: `${this.#epoch}-${this.#ring.last}` }
      }),
      ({ line }) => Effect.sync(() => this.#remove(line))
    )
    return Effect.flatMap(opened, ({ id, line, missed }) => {
      const begin = (texts: ReadonlyArray<string>) => {
        line.begin(this.#encoder.encode(opening + texts.join("")))
        return line
      }
      if (missed !== undefined)
        return Effect.sync(() => begin(missed.map((told) => (options.contents ? told.full : told.bare))))
      // what is told meanwhile comes behind it
      return Effect.map(Effect.zipRight(this.#telling.await, snapshot), (how) =>
        begin(how.map(([event, data]) => frame(event, data, id)))
      )
    })
  }

  /** Ends all lines. */
  close(): void {
    for (const line of this.#lines) line.end()
  }

  /** From here on whatever changes is told. */
  begin(): void {
    this.isTelling = true
    this.#telling.unsafeOpen()
  }

  /** From here on nothing is kept for those who come back. */
  rest(): void {
    this.isTelling = false
    this.#telling.unsafeClose()
    this.#ring.clear()
    this.#gathered = []
  }

  #after(id: string | undefined): ReadonlyArray<Told> | undefined {
    const number = id?.startsWith(`${this.#epoch}-`) === true ? Number(id.slice(this.#epoch.length + 1)) : undefined
    return number === undefined ? undefined : this.#ring.after(number)
  }

  #write(line: Line, bytes: Uint8Array): void {
    line.push(bytes)
    if (!line.isOpen) this.#remove(line)
  }

  #remove(line: Line): void {
    this.#lines.delete(line)
    if (this.#lines.size === 0) this.wanted.unsafeClose()
  }
}

const frame = (event: string, data: unknown, id: string): string =>
  `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
