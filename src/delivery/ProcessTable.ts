import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

const maybe = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** One running system: what has all of this in common sees the same processes under the same numbers. */
export const Host = Schema.Struct({
  name: Schema.String,
  /** which start of the system it is */
  boot: maybe(Schema.String),
  /** whose numbers of processes count, where there can be several */
  namespace: maybe(Schema.String)
})
export type Host = typeof Host.Type

/** A process, told apart from every other one that had or will have its number. */
export const Process = Schema.Struct({
  host: Host,
  pid: Schema.Int,
  /** when it began, as its system tells it */
  started: maybe(Schema.String)
})
export type Process = typeof Process.Type

export const sameHost = (one: Host, other: Host): boolean =>
  one.name === other.name && one.boot === other.boot && one.namespace === other.namespace

/** Never of two processes whose system does not say when they began. */
export const sameProcess = (one: Process, other: Process): boolean =>
  sameHost(one.host, other.host) && one.pid === other.pid && one.started !== undefined && one.started === other.started

/** Who we are among the processes of this machine, and which of the others are there. */
export class ProcessTable extends Context.Tag("holdfast/ProcessTable")<
  ProcessTable,
  {
    readonly self: Process
    /** Whether it is certain that a process has ended; of one on another host it never is. */
    readonly isGone: (process: Process) => Effect.Effect<boolean>
  }
>() {
  /** A process that knows of no other, and so never takes one for gone. */
  static readonly layerAlone: Layer.Layer<ProcessTable> = Layer.succeed(ProcessTable, {
    self: { host: { name: "localhost" }, pid: 0 },
    isGone: () => Effect.succeed(false)
  })
}
