import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { equal } from "../../adapter/ConstantTime.ts"
import { points, ResumeStore } from "../../adapter/ResumeStore.ts"
import type { StoreRefused } from "../../delivery/KeyedQueue.ts"
import { AccountId } from "../../domain/Address.ts"
import type { Event } from "../../domain/Event.ts"
import { type Answered, firstNotice } from "../../domain/Message.ts"
import type { Notices } from "../Notices.ts"
import type { Guests } from "../Access.ts"
import { Codes, shown, understood } from "./Codes.ts"
import { type Asking, askedFor, Guest, type Request, same, type Subject } from "./Guest.ts"
import * as Requests from "./Requests.ts"

/** Nobody was let in, or turned away, by what an operator said; the message says why. */
export class AccessRefused extends Schema.TaggedError<AccessRefused>()("AccessRefused", {
  account: AccountId,
  reason: Schema.Literal("UnknownCode", "TooManyWrongCodes", "NobodyAsks", "NotPairing", "NotOurs"),
  message: Schema.String
}) {}

/** Whom an operator means: who was given this code, or who has this id. */
export type Meant = Subject | { readonly code: Redacted.Redacted }

/** What took effect for these at once. Until it is `recorded`, which is tried on and on, a crash can undo it. */
export interface Changed {
  readonly guests: ReadonlyArray<Guest>
  readonly recorded: boolean
}

/** Who may be let in to one account beside those that its rule lists, who has been, and who asks. */
export interface Pairing {
  readonly guests: Guests
  /** Reads what is kept of the account, which has to be ours. */
  readonly load: Effect.Effect<void>
  /** Gives a stranger who has words for the bot a code, within bounds, once; anybody else is told nothing. */
  readonly ask: (event: Event) => Effect.Effect<void, StoreRefused>
  readonly list: Effect.Effect<{
    readonly guests: ReadonlyArray<Guest>
    readonly asking: ReadonlyArray<Asking>
  }>
  readonly approve: (meant: Meant) => Effect.Effect<Changed, AccessRefused>
  /** Whoever asks is not let in, and gets no other code for a day. */
  readonly deny: (meant: Meant) => Effect.Effect<Subject, AccessRefused>
  /** Who was let in under this id is a stranger from now on; none if nobody was. */
  readonly remove: (id: string) => Effect.Effect<Changed>
}

export interface PairingOptions {
  readonly account: AccountId
  readonly notices: Notices
  /** Keeps the gateway's own answer `ordinal` to what somebody wrote; false where it had been kept before. */
  readonly answer: (to: Answered, ordinal: number, text: string) => Effect.Effect<boolean, StoreRefused>
}

const guestsOf = points(Schema.Array(Guest))
const requestsOf = points(Requests.Requests)

/** The notice that somebody has been let in, behind all parts of the one that gave them a code. */
const welcome = firstNotice + 100

const asking = ({ at, id, kind, name, until }: Request): Asking => ({
  kind,
  id,
  at,
  until,
  ...(name === undefined ? undefined : { name })
})

export const make = ({ account, answer, notices }: PairingOptions): Effect.Effect<Pairing, never, ResumeStore> =>
  Effect.gen(function* () {
    const codes = yield* Codes
    const { written } = yield* ResumeStore
    const kept = {
      guests: yield* guestsOf(`${account}/guests`),
      requests: yield* requestsOf(`${account}/requests`)
    }
    const people = new Set<string>()
    const conversations = new Set<string>()
    let guests: ReadonlyArray<Guest> = []
    let requests = Requests.none
    // one by one, so that nobody guesses faster than wrong codes are counted
    const alone = (yield* Effect.makeSemaphore(1)).withPermits(1)

    const know = (all: ReadonlyArray<Guest>) => {
      guests = all
      people.clear()
      conversations.clear()
      for (const { id, kind } of all) (kind === "person" ? people : conversations).add(id)
    }
    const keepGuests = (all: ReadonlyArray<Guest>) =>
      Effect.suspend(() => {
        know(all)
        return kept.guests.save(all)
      })
    const keepRequests = (changed: Requests.Requests) =>
      Effect.suspend(() => {
        requests = changed
        return kept.requests.save(changed)
      })

    const now = Effect.map(Clock.currentTimeMillis, (now) => {
      requests = Requests.current(requests, now)
      return now
    })

    const refuse = (reason: AccessRefused["reason"], message: string) => new AccessRefused({ account, reason, message })

    const ask = (event: Event) =>
      Effect.gen(function* () {
        const subject = askedFor(event)
        const at = yield* now
        if (subject === undefined || !Requests.mayAsk(requests, subject)) return
        const code = yield* codes.draw
        const salt = yield* codes.salt
        const digest = yield* codes.digest(code, salt)
        // a code that has been said for this before is another one
        if (!(yield* answer(event, firstNotice, notices.pairing(subject.kind, shown(code))))) return
        const { anchor, conversation, id } = event
        const asked = { id, conversation, at: event.at, ...(anchor === undefined ? undefined : { anchor }) }
        const until = at + Duration.toMillis(Requests.lasts)
        yield* keepRequests(Requests.opened(requests, { ...subject, at, until, salt, digest, asked }))
      })

    /** The request of which a code is. All of them are looked at, so that the time it takes tells nothing. */
    const requestOf = (typed: Redacted.Redacted) =>
      Effect.gen(function* () {
        const at = yield* now
        const closed = Requests.closedUntil(requests)
        if (closed !== undefined) {
          const minutes = Math.ceil((closed - at) / 60_000)
          return yield* refuse(
            "TooManyWrongCodes",
            `${Requests.mostWrong} codes in a row were wrong, so that none is taken for another ${minutes} min; let them in by their id, or wait`
          )
        }
        const code = understood(typed)
        if (code === undefined)
          return yield* refuse("UnknownCode", "that is no code: one has 8 letters and digits, such as K7QM-2XPA")
        const found: Array<Request> = []
        for (const request of requests.open)
          if (equal(yield* codes.digest(code, request.salt), request.digest)) found.push(request)
        const [request] = found
        if (request !== undefined) return request
        if (requests.open.length > 0) yield* keepRequests(Requests.missed(requests, at))
        return yield* refuse(
          "UnknownCode",
          "that code is wrong, was used, or is older than 10 minutes: they get another when they write to the bot again"
        )
      })

    const requested = (meant: Meant): Effect.Effect<Subject & Partial<Request>, AccessRefused> =>
      "code" in meant ? requestOf(meant.code) : Effect.sync(() => requests.open.find(same(meant)) ?? meant)

    const approve = (meant: Meant) =>
      Effect.gen(function* () {
        const { asked, id, kind, name } = yield* requested(meant)
        const since = yield* now
        const by = "code" in meant ? ("code" as const) : ("id" as const)
        const guest: Guest = { kind, id, since, by, ...(name === undefined ? undefined : { name }) }
        const isSame = same(guest)
        yield* keepGuests([...guests.filter((one) => !isSame(one)), guest])
        yield* keepRequests(Requests.granted(requests, guest))
        if (asked !== undefined)
          yield* Effect.catchAll(answer(asked, welcome, notices.paired(kind)), ({ message }) =>
            Effect.logWarning(`whoever was let in is not told so: ${message}`)
          )
        return { guests: [guest], recorded: yield* written }
      })

    const deny = (meant: Meant) =>
      Effect.gen(function* () {
        const { id, kind } = yield* requested(meant)
        const subject: Subject = { kind, id }
        if (!requests.open.some(same(subject)))
          return yield* refuse("NobodyAsks", `nobody of the id ${id} asks to be let in now`)
        yield* keepRequests(Requests.denied(requests, subject, yield* now))
        return subject
      })

    return {
      guests: { people, conversations },
      load: Effect.gen(function* () {
        know(Option.getOrElse(yield* kept.guests.load, () => []))
        requests = Option.getOrElse(yield* kept.requests.load, () => Requests.none)
      }),
      ask: (event) => alone(ask(event)),
      list: Effect.map(now, () => ({ guests, asking: requests.open.map(asking) })),
      approve: (meant) => alone(approve(meant)),
      deny: (meant) => alone(deny(meant)),
      remove: (id) =>
        alone(
          Effect.gen(function* () {
            const gone = guests.filter((guest) => guest.id === id)
            if (gone.length > 0) yield* keepGuests(guests.filter((guest) => guest.id !== id))
            return { guests: gone, recorded: yield* written }
          })
        )
    }
  })
