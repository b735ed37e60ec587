import { Effect, Exit, Mailbox, Option, PubSub, Redacted, type Scope, Stream } from "effect"
import { Armed, Simulator } from "holdfast/testing"
import { Gone, type Wire } from "./Dial.ts"
import { type Asked, readAsked, type Told, writeTold } from "./Protocol.ts"

/** What a transport does for the platform's end of a line. */
export interface Peer {
  readonly write: (line: string) => void
  readonly cut: () => void
}

/** What a transport tells the platform of a line. */
export interface Line {
  /** Whether it arrived: nothing does on a line that was cut. */
  readonly receive: (line: string) => boolean
  readonly closed: () => void
}

/** The other end of the platform of lines, without a transport. */
export interface LinesSimulator extends Simulator.Simulator {
  readonly secret: Redacted.Redacted
  readonly accept: (peer: Peer) => Effect.Effect<Line, Simulator.NoAnswer>
  /** A way to it in memory. */
  readonly dial: Effect.Effect<Wire, Gone, Scope.Scope>
}

type Heard = Extract<Told, { readonly _tag: "heard" }>

interface Open {
  readonly id: number
  readonly since: number
  readonly peer: Peer
  ready: boolean
  hushed: boolean
}

const codes = { refused: "ECONNREFUSED", dns: "ENOTFOUND" } as const

export const make: Effect.Effect<LinesSimulator> = Effect.gen(function* () {
  const clock = yield* Effect.clock
  const now = () => clock.unsafeCurrentTimeMillis()
  const saying = yield* PubSub.unbounded<Simulator.Said>()
  const secret = Redacted.make("only-the-bot-knows-this")
  const faults = new Armed<Simulator.Fault>()
  const open = new Set<Open>()
  const heard: Array<Heard> = []
  const said = new Map<string, Simulator.Said>()
  const record: Array<Simulator.Recorded> = []
  let count = 0

  const tell = ({ hushed, peer }: Open, told: Told) => (hushed ? undefined : peer.write(writeTold(told)))

  const cut = (line: Open) => {
    open.delete(line)
    line.peer.cut()
  }

  const hello = (line: Open, asked: Extract<Asked, { readonly _tag: "hello" }>) => {
    if (faults.take("Stall") !== undefined) return
    const answer = faults.take("Answer")
    if (answer !== undefined) {
      line.peer.write(answer.body)
      return cut(line)
    }
    if (asked.secret !== Redacted.value(secret)) {
      tell(line, { _tag: "denied" })
      return cut(line)
    }
    line.ready = true
    tell(line, { _tag: "welcome", name: "line-bot" })
    for (const one of heard) if (one.number > asked.after) tell(line, one)
  }

  const say = (line: Open, { name, text, to }: Extract<Asked, { readonly _tag: "say" }>) => {
    const known = said.get(name)
    const shown = known ?? { id: String(++count), account: "line-bot", conversation: to, text, at: now() }
    if (known === undefined) {
      said.set(name, shown)
      saying.unsafeOffer(shown)
    }
    if (faults.take("LoseAnswer", ({ path }) => path === "say") !== undefined) return
    tell(line, { _tag: "shown", name, number: Number(shown.id), at: shown.at })
  }

  const receive = (line: Open, text: string) => {
    const asked = Option.getOrUndefined(readAsked(text))
    record.push({ at: now(), what: "asked", detail: asked?._tag })
    if (asked === undefined || line.hushed) return
    if (asked._tag === "hello") return hello(line, asked)
    if (!line.ready) return
    return asked._tag === "say" ? say(line, asked) : tell(line, { _tag: "pong" })
  }

  const accept = (peer: Peer): Effect.Effect<Line, Simulator.NoAnswer> =>
    Effect.suspend(() => {
      const refusal = faults.take("Refuse")
      const code = refusal === undefined || refusal.as === "reset" ? undefined : codes[refusal.as]
      if (code !== undefined) return new Simulator.NoAnswer({ code })
      const line = { id: ++count, since: now(), peer, ready: false, hushed: false }
      open.add(line)
      if (refusal !== undefined) cut(line)
      return Effect.succeed({
        receive: (text: string) => {
          const there = open.has(line)
          if (there) receive(line, text)
          return there
        },
        closed: () => void open.delete(line)
      })
    })

  const everywhere = (act: (line: Open) => void) => {
    for (const line of open) act(line)
  }

  const fault = (fault: Simulator.Fault): Effect.Effect<void> => {
    switch (fault._tag) {
      case "Cut":
      case "Close":
        return Effect.sync(() => everywhere(cut))
      case "Silence":
        return Effect.sync(() => everywhere((line) => (line.hushed = true)))
      case "Malformed":
        return Effect.sync(() => everywhere(({ peer }) => peer.write(fault.text)))
      case "Refuse":
      case "Stall":
      case "Answer":
      case "LoseAnswer":
        return Effect.sync(() => faults.arm(fault))
      default:
        return Effect.dieMessage(`this platform knows no ${fault._tag}`)
    }
  }

  return {
    secret,
    accept,
    dial: Effect.gen(function* () {
      const box = yield* Mailbox.make<string, Gone>()
      const cut = () => void box.unsafeDone(Exit.fail(new Gone({ cause: "the line was cut" })))
      const line = yield* accept({ write: (text) => void box.unsafeOffer(text), cut }).pipe(
        Effect.mapError(({ code }) => new Gone({ cause: code }))
      )
      yield* Effect.addFinalizer(() => Effect.sync(line.closed))
      return { take: Effect.map(box.takeAll, ([lines]) => lines), write: line.receive }
    }),
    hear: ({ conversation, from = "ann", text }) =>
      Effect.sync(() => {
        const one: Heard = { _tag: "heard", number: ++count, from, room: conversation, text, at: now() }
        heard.push(one)
        everywhere((line) => (line.ready ? tell(line, one) : undefined))
        return String(one.number)
      }),
    said: Effect.sync(() => [...said.values()]),
    saying: Stream.fromPubSub(saying),
    connections: Effect.sync(() =>
      [...open].map(({ id, ready, since }) => ({ id, since, state: ready ? "ready" : "opening" }))
    ),
    fault,
    heal: Effect.sync(() => faults.clear()),
    record: Effect.sync(() => record)
  }
})
