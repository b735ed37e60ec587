import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Chosen, type Name, wants } from "./Chosen.ts"
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
  /** open while passages are told, since somebody wants them */
  readonly passing = Effect.unsafeMakeLatch(false)
  isPassing = false
  /** the last event before the passages that are told */
  #unpassed = 0

  constructor(epoch: string, bounds: Bounds = defaults) {
    this.#epoch = epoch
    this.#ring = new Ring(bounds)
  }

  /** How many listen. */
  get listeners(): number {
    return this.#lines.size
  }

  /** Has an event told to all; `bare` is what those are told who did not ask for contents. */
  tell(event: Name, data: unknown, bare: unknown = data): void {
    const id = `${this.#epoch}-${this.#ring.last + 1}`
    const full = frame(event, data, id)
    const told = { event, full, bare: bare === data ? full : frame(event, bare, id) }
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
    const written = new Map<string, Uint8Array>()
    for (const line of this.#lines) {
      const { chosen } = line
      const bytes = written.get(chosen.key) ?? this.#encoder.encode(texts(gathered, chosen))
      written.set(chosen.key, bytes)
      if (bytes.length > 0) this.#write(line, bytes)
    }
  }

  /** Whether any who listen want what is called so. */
  isWanted(event: Name): boolean {
    for (const { chosen } of this.#lines) if (wants(chosen, event)) return true
    return false
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
    { after, chosen }: { readonly chosen: Chosen; readonly after: string | undefined },
    snapshot: Effect.Effect<ReadonlyArray<readonly [event: Name, data: unknown]>>
  ): Effect.Effect<Line, never, Scope.Scope> {
    const opened = Effect.acquireRelease(
      Effect.sync(() => {
        // what has gathered by now is part of what was missed, or of the snapshot
        this.flush()
        const line = new Line(chosen)
        this.#lines.add(line)
        const missed = this.#after(after, chosen)
        this.wanted.unsafeOpen()
        if (wants(chosen, "passage")) this.#pass()
        return { line, missed, id: `${this.#epoch}-${this.#ring.last}` }
      }),
      ({ line }) => Effect.sync(() => this.#remove(line))
    )
    return Effect.flatMap(opened, ({ id, line, missed }) => {
      const begin = (text: string) => {
        line.begin(this.#encoder.encode(opening + text))
        return line
      }
      if (missed !== undefined) return Effect.sync(() => begin(texts(missed, chosen)))
      // what is told meanwhile comes behind it
      return Effect.map(Effect.zipRight(this.#telling.await, snapshot), (how) =>
        begin(how.map(([event, data]) => frame(event, data, id)).join(""))
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

  /** From here on passages are not told. */
  unpass(): void {
    this.isPassing = false
    this.passing.unsafeClose()
  }

  /** From here on nothing is kept for those who come back. */
  rest(): void {
    this.unpass()
    this.isTelling = false
    this.#telling.unsafeClose()
    this.#ring.clear()
    this.#gathered = []
  }

  #pass(): void {
    if (this.isPassing) return
    this.isPassing = true
    this.#unpassed = this.#ring.last
    this.passing.unsafeOpen()
  }

  #after(id: string | undefined, chosen: Chosen): ReadonlyArray<Told> | undefined {
    const number = id?.startsWith(`${this.#epoch}-`) === true ? Number(id.slice(this.#epoch.length + 1)) : undefined
    // what passed while nobody wanted to know was not told
    const has = !wants(chosen, "passage") || (this.isPassing && number !== undefined && number >= this.#unpassed)
    return number === undefined || !has ? undefined : this.#ring.after(number)
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

const texts = (all: ReadonlyArray<Told>, chosen: Chosen): string =>
  all.map((told) => (!wants(chosen, told.event) ? "" : chosen.contents ? told.full : told.bare)).join("")

const frame = (event: Name, data: unknown, id: string): string =>
  `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
