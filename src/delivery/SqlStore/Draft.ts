import type { Said } from "./Dialect.ts"
import type { Statements } from "./Statements.ts"
import type { Heard } from "./Naming.ts"
import { written } from "./Words.ts"

const joined = (queue: string, name: string): string => `${queue}/${name}`

/** A row as JSON. */
type Row = string

type Value = string | number

/** An item that was never kept before; its texts as they are written. */
export interface Fresh {
  readonly seq: number
  readonly id: string
  readonly key: string
  readonly value: string
  /** Unix milliseconds */
  readonly at: number
  /** the number of what it comes of, and what tells it apart there; or a bay, and its id */
  readonly place: number
  readonly stands: string
}

/** A queue that may have too many dead. */
export interface Crowded {
  readonly queue: string
  readonly most: number
  /** whose they are: those that this process may forget */
  readonly accounts: ReadonlyArray<string>
  /** hears, once that is committed, which had to make room: the oldest */
  readonly tell: (forgotten: ReadonlyArray<{ readonly id: string; readonly account: string }>) => void
}

/** How many items come to a queue, and to each of its groups. */
interface Coming {
  all: number
  readonly groups: Map<string, number>
}

/** Everything that one transaction writes. */
export class Draft {
  /** ids, by queue */
  readonly #known = new Map<string, Set<string>>()
  readonly #origins = new Map<string, number>()
  readonly #coming = new Map<string, Coming>()
  /** the values of new rows, one after the other */
  readonly #values = { know: new Array<Value>(), prove: new Array<Value>(), keep: new Array<Value>() }
  readonly #rows = {
    end: new Array<number>(),
    settle: new Array<number>(),
    putOff: new Array<Row>(),
    bury: new Array<Row>(),
    point: new Array<Row>(),
    clear: new Array<Row>()
  }
  /** by seq: one that was given back and taken up again may be begun twice in one draft */
  readonly #begin = new Map<number, Row>()
  /** by account and number: what is written twice before the first is committed is what was written last */
  readonly #entered = new Map<string, Row>()
  readonly #struck = new Map<string, Row>()
  /** by memory and event, likewise */
  readonly #turns = new Map<string, Row>()
  readonly #forgotten = { turns: new Array<Row>(), old: new Array<Row>() }
  #first: number | undefined
  readonly crowded = new Map<string, Crowded>()

  /** `heard`: what there is to hear of the ids that were asked for. */
  constructor(heard: Iterable<Heard>) {
    for (const [queue, id, origin, known] of heard) {
      if (known > 0) this.#knownIn(queue).add(id)
      if (origin > 0) this.#origins.set(joined(queue, id), origin)
    }
  }

  isKnown(queue: string, id: string): boolean {
    return this.#knownIn(queue).has(id)
  }

  /** From now on an id is known; false where it was before. */
  learn(queue: string, id: string): boolean {
    const known = this.#knownIn(queue)
    const before = known.size
    return known.add(id).size > before
  }

  #knownIn(queue: string): Set<string> {
    const known = this.#known.get(queue)
    if (known !== undefined) return known
    const none = new Set<string>()
    this.#known.set(queue, none)
    return none
  }

  /** The number of what an id comes of that was asked for, if that is known. */
  originOf(queue: string, id: string): number | undefined {
    return this.#origins.get(joined(queue, id))
  }

  /** How many items come to a queue. */
  coming(queue: string): Coming {
    const known = this.#coming.get(queue)
    if (known !== undefined) return known
    const none = { all: 0, groups: new Map<string, number>() }
    this.#coming.set(queue, none)
    return none
  }

  keep(queue: string, group: string, { at, id, key, place, seq, stands, value }: Fresh): void {
    const coming = this.coming(queue)
    coming.all++
    coming.groups.set(group, (coming.groups.get(group) ?? 0) + 1)
    this.#first ??= seq
    this.#values.know.push(seq, queue, place, stands, at)
    this.#values.keep.push(seq, queue, written(group), id, key, value, at, 0, 0)
  }

  begin(seq: number, attempts: number): void {
    this.#begin.set(seq, `[${seq},${attempts}]`)
  }

  end(seq: number): void {
    this.#rows.end.push(seq)
  }

  settle(seq: number): void {
    this.#rows.settle.push(seq)
  }

  prove(seq: number, proof: string): void {
    this.#values.prove.push(seq, proof)
  }

  putOff(seq: number, attempts: number, due: number): void {
    this.#rows.putOff.push(`[${seq},${attempts},${due}]`)
  }

  bury(seq: number, attempts: number, reason: string, at: number): void {
    this.#rows.bury.push(JSON.stringify([seq, attempts, reason, at]))
  }

  get buried(): number {
    return this.#rows.bury.length
  }

  point(key: string, point: string | undefined): void {
    if (point === undefined) this.#rows.clear.push(JSON.stringify([key]))
    else this.#rows.point.push(JSON.stringify([key, point]))
  }

  /** What stands in the timeline of an account under a number, or that nothing does. */
  entry(account: string, number: number, text: string | undefined): void {
    const place = [written(account), number]
    const [rows, others] = text === undefined ? [this.#struck, this.#entered] : [this.#entered, this.#struck]
    const name = JSON.stringify(place)
    rows.set(name, text === undefined ? name : JSON.stringify([...place, text]))
    others.delete(name)
  }

  /** What was said and answered in an event stands in a memory. */
  turn(memory: string, event: string, at: number, text: string): void {
    const place = [written(memory), written(event)]
    this.#turns.set(JSON.stringify(place), JSON.stringify([...place, at, written(text)]))
  }

  /** Nothing that was kept in a memory before a time stands there any more. */
  forget(memory: string, before: number): void {
    this.#forgotten.turns.push(JSON.stringify([written(memory), before]))
  }

  /** The same, in every memory. */
  forgetAll(before: number): void {
    this.#forgotten.old.push(`[${before}]`)
  }

  /** The first of the new items: it is there if this draft was written. Without one, to write it twice is to write it once. */
  get witness(): number | undefined {
    return this.#first
  }

  /** Everything that is to be said, in this order. */
  writes(statements: Statements): ReadonlyArray<Said> {
    const { keep, know, prove } = this.#values
    const { bury, clear, end, point, putOff, settle } = this.#rows
    const all: ReadonlyArray<readonly [string, ReadonlyArray<Row | number>]> = [
      [statements.begin, [...this.#begin.values()]],
      [statements.end, end],
      [statements.settle, settle],
      [statements.putOff, putOff],
      [statements.bury, bury],
      [statements.point, point],
      [statements.clear, clear],
      [statements.enter, [...this.#entered.values()]],
      [statements.strike, [...this.#struck.values()]],
      [statements.turn, [...this.#turns.values()]],
      [statements.forgetTurns, this.#forgotten.turns],
      [statements.forgetOld, this.#forgotten.old]
    ]
    const said = all.filter(([, rows]) => rows.length > 0)
    return [
      ...statements.know(know),
      ...statements.keep(keep),
      ...statements.prove(prove),
      ...said.map(([statement, rows]): Said => [statement, [`[${rows.join()}]`]])
    ]
  }
}
