import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import { identity } from "effect/Function"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { points, type ResumeStore } from "../../../adapter/ResumeStore.ts"
import { type Keep, NotKept } from "../../../adapter/Webhook.ts"
import type { AccountId } from "../../../domain/Address.ts"
import { type Event, type EventId, MessageReceived } from "../../../domain/Event.ts"
import { join } from "../Events.ts"

/** An album to which nothing came for so long is whole. */
const albumWithin = Duration.seconds(1)

/** Albums that are not kept by the gateway yet; with so many of them, no part of another is taken. */
export const mostOpen = 100

/** Parts that are remembered to have been joined, should one be posted again because its answer was lost. */
const remembered = 1000

const Album = Schema.Struct({ name: Schema.String, parts: Schema.Array(MessageReceived) })
const Stored = Schema.Array(Album)

interface Open {
  readonly name: string
  parts: ReadonlyArray<MessageReceived>
  /** done when the gateway has kept the whole */
  readonly kept: Deferred.Deferred<void, NotKept>
}

/** Puts a part of the album of this name away; returns when it is safe, which is before the album is whole. */
export type Add = (name: string, part: MessageReceived) => Effect.Effect<void, NotKept>

/** How one line keeps what it is posted. */
export interface Keeping {
  readonly add: Add
  /** Keeps what is no part of an album, after the albums that came before it in its conversation. */
  readonly keep: Keep
}

/** Telegram posts the next part of an album when the one before is answered: so parts are answered one by one, and joined here. */
export interface Albums {
  /** Goes on with what an earlier line, or process, has put away; what becomes whole is handed to `keep` until the scope ends. */
  readonly begin: (keep: Keep) => Effect.Effect<Keeping, never, Scope.Scope>
}

const isOf = (event: Event) => (album: Open) =>
  album.parts.some(({ conversation }) => conversation.id === event.conversation.id)

const storedOf = points(Stored)

export const of = (account: AccountId): Effect.Effect<Albums, never, ResumeStore> =>
  Effect.map(storedOf(`${account}/albums`), (store) => {
    const joined = new Set<EventId>()

    const remember = (parts: Open["parts"]) => {
      for (const { id } of parts) {
        joined.add(id)
        const [oldest] = joined
        if (joined.size > remembered && oldest !== undefined) joined.delete(oldest)
      }
    }

    const begin = (keep: Keep) =>
      Effect.gen(function* () {
        const writing = yield* Effect.makeSemaphore(1)
        const scope = yield* Effect.scope
        const all = new Set<Open>()
        /** those that may still grow, by name */
        const growing = new Map<string, Open>()

        const save = writing.withPermits(1)(Effect.suspend(() => store.save([...all])))

        const grown = (album: Open) =>
          Effect.suspend(() => {
            const before = album.parts
            return Effect.map(Effect.sleep(albumWithin), () => album.parts === before)
          }).pipe(Effect.repeat({ until: identity<boolean> }))

        const finish = (album: Open) =>
          Effect.gen(function* () {
            yield* grown(album)
            growing.delete(album.name)
            yield* keep(join(album.parts))
            yield* Deferred.succeed(album.kept, undefined)
            remember(album.parts)
            all.delete(album)
            yield* save
            // without the gateway's word it stays where it is, for the next line
          }).pipe(Effect.ignore, Effect.ensuring(Deferred.fail(album.kept, new NotKept())))

        const start = (name: string, parts: Open["parts"]) => {
          const album: Open = { name, parts, kept: Deferred.unsafeMake(FiberId.none) }
          all.add(album)
          growing.set(name, album)
          return Effect.forkIn(finish(album), scope)
        }

        const add: Add = (name, part) =>
          Effect.gen(function* () {
            if (joined.has(part.id)) return
            const album = growing.get(name)
            if (album === undefined) {
              if (all.size >= mostOpen) return yield* new NotKept()
              yield* start(name, [part])
            } else if (!album.parts.some(({ id }) => id === part.id)) album.parts = [...album.parts, part]
            yield* save
            if (!(yield* store.written)) return yield* new NotKept()
          })

        const after: Keep = (event) =>
          Effect.suspend(() =>
            Effect.forEach([...all].filter(isOf(event)), ({ kept }) => Deferred.await(kept), { discard: true })
          ).pipe(Effect.zipRight(keep(event)))

        const found = yield* store.load
        if (found._tag === "Some") yield* Effect.forEach(found.value, ({ name, parts }) => start(name, parts))
        return { add, keep: after }
      })

    return { begin }
  })
