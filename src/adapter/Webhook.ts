import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AccountId, Person } from "../domain/Address.ts"
import type { Event } from "../domain/Event.ts"
import { type AdapterFatal, ConnectionLost } from "./AdapterError.ts"
import type { Session } from "./Connection.ts"
import { alive, received, type Signal } from "./Signal.ts"
import { type WebhookAnswer, type WebhookRequest, Webhooks } from "./Webhooks.ts"
import { later } from "./Webhooks/Routes.ts"

/** How long a request waits for what it brought to be kept; after that the platform has to bring it again. */
export const keptWithin = Duration.seconds(20)

/** Requests that are answered at once, or wait together. */
export const atOnce = 1000

/** How often the platform is asked whether it still posts to us. */
export const checkEvery = Duration.minutes(1)

/** A check may take 20 s. */
const silence = Duration.sum(checkEvery, Duration.seconds(25))

/** What a request brought is not kept: the line went down, or nobody pulls. */
export class NotKept extends Data.TaggedError("NotKept") {}

/** Hands an event to the gateway; returns when the gateway has kept it. Who gives up before it is pulled takes it back. */
export type Keep = (event: Event) => Effect.Effect<void, NotKept>

/** A webhook that the platform knows, and who we are to it. */
export interface Opened {
  readonly self: Person
  /** the platform keeps what it could not post */
  readonly resumed: boolean
  readonly answer: (request: WebhookRequest) => Effect.Effect<WebhookAnswer, NotKept>
  /** Returns when what is posted is known to arrive, where something waits to be posted; requests are answered meanwhile. */
  readonly proven: Effect.Effect<void, ConnectionLost | AdapterFatal>
  /** Asks the platform whether all is well, within 20 s. */
  readonly check: Effect.Effect<void, ConnectionLost | AdapterFatal>
}

export interface Options {
  readonly account: AccountId
  readonly path: string
  /** Makes the webhook known, or finds that it is; what it starts ends with the line. */
  readonly open: (keep: Keep) => Effect.Effect<Opened, ConnectionLost | AdapterFatal, Scope.Scope>
}

interface Item {
  readonly event: Event
  readonly kept: Deferred.Deferred<void, NotKept>
}

/** What has come and is not yet known to be kept. All of it changes at once, between two steps of whoever reads. */
class Tray {
  private readonly news = Effect.unsafeMakeLatch(false)
  private readonly waiting = new Set<Item>()
  private emitted: ReadonlyArray<Item> = []
  private life = false
  private lost: ConnectionLost | AdapterFatal | undefined
  private closed = false

  readonly keep: Keep = (event) =>
    Effect.acquireUseRelease(
      Effect.suspend(() => {
        if (this.closed) return new NotKept()
        const item: Item = { event, kept: Deferred.unsafeMake(FiberId.none) }
        this.waiting.add(item)
        this.news.unsafeOpen()
        return Effect.succeed(item)
      }),
      ({ kept }) => Deferred.await(kept),
      (item) => Effect.sync(() => this.waiting.delete(item))
    )

  alive(): void {
    this.life = true
    this.news.unsafeOpen()
  }

  lose(why: ConnectionLost | AdapterFatal): void {
    this.lost = why
    this.news.unsafeOpen()
  }

  close(): void {
    this.closed = true
    for (const { kept } of [...this.emitted, ...this.waiting]) Deferred.unsafeDone(kept, Exit.fail(new NotKept()))
  }

  /** A pull is an acknowledgement: only now is all that was emitted before it known to be kept. */
  readonly pull = Effect.suspend(() => {
    this.acknowledge()
    return this.next
  })

  acknowledge(): void {
    for (const { kept } of this.emitted) Deferred.unsafeDone(kept, Exit.void)
    this.emitted = []
  }

  private readonly next: Effect.Effect<Chunk.Chunk<Signal>, Option.Option<ConnectionLost | AdapterFatal>> =
    Effect.suspend(() => {
      this.emitted = [...this.waiting]
      this.waiting.clear()
      if (this.emitted.length > 0)
        return Effect.succeed(Chunk.unsafeFromArray(this.emitted.map(({ event }) => received(event))))
      if (this.lost !== undefined) return Effect.fail(Option.some(this.lost))
      if (!this.life) {
        this.news.unsafeClose()
        return Effect.zipRight(this.news.await, this.next)
      }
      this.life = false
      return Effect.succeed(Chunk.of<Signal>(alive))
    })
}

/**
 * The lines of an account that its platform posts to. A line serves the path, makes itself known to the platform, and asks
 * it every minute whether all is well. A request is answered when what it brought has been kept, or 503 after 20 s of
 * nobody pulling, at the end of the line, or beside too many others; then it comes again, and nothing is lost.
 */
export const session = ({ account, open, path }: Options): Effect.Effect<Session, never, Webhooks> =>
  Effect.map(Webhooks, (webhooks) => {
    const connect = Effect.gen(function* () {
      const tray = new Tray()
      const opened = yield* Deferred.make<Opened, NotKept>()
      let inside = 0

      const enter = Effect.suspend(() => {
        if (inside >= atOnce) return new NotKept()
        inside += 1
        return Effect.void
      })
      const answer = (request: WebhookRequest): Effect.Effect<WebhookAnswer> =>
        Effect.acquireUseRelease(
          enter,
          () =>
            Deferred.await(opened).pipe(
              Effect.flatMap((line) => line.answer(request)),
              Effect.timeoutFail({ duration: keptWithin, onTimeout: () => new NotKept() })
            ),
          () => Effect.sync(() => (inside -= 1))
        ).pipe(Effect.catchTag("NotKept", () => Effect.succeed(later)))

      const serving = yield* Scope.make()
      const end = Effect.addFinalizer((exit) =>
        Effect.sync(() => {
          // who pulls is done, and has kept what it was given
          if (Exit.isSuccess(exit)) tray.acknowledge()
          tray.close()
        }).pipe(Effect.zipRight(Deferred.fail(opened, new NotKept())), Effect.zipRight(Scope.close(serving, exit)))
      )

      yield* end
      yield* webhooks.serve(path, answer).pipe(
        Scope.extend(serving),
        Effect.mapError(({ cause }) => new ConnectionLost({ account, reason: "Refused", cause, resumable: true }))
      )
      const line = yield* open(tray.keep)
      yield* Deferred.succeed(opened, line)
      yield* line.proven
      yield* line.check.pipe(
        Effect.delay(checkEvery),
        Effect.zipRight(Effect.sync(() => tray.alive())),
        Effect.forever,
        Effect.catchAll((why) => Effect.sync(() => tray.lose(why))),
        Effect.forkScoped
      )
      // before all else that ends with the line: whoever posts, and the next line, must not wait for the rest of it
      yield* end
      const { resumed, self } = line
      return Stream.concat(
        Stream.succeed<Signal>({ _tag: "Connected", resumed, self, silence }),
        Stream.repeatEffectChunkOption(tray.pull)
      )
    })

    return Stream.unwrap(connect)
  })
