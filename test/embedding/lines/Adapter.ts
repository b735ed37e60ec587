import { Chunk, Deferred, Duration, Effect, Exit, Option, Redacted, type Scope, Stream } from "effect"
import {
  type AccessRule,
  type Account,
  type Adapter,
  AdapterError,
  AdapterFatal,
  Address,
  type Capabilities,
  Connection,
  ConnectionLost,
  DownloadFailed,
  type Message,
  Rendering,
  ResumeStore,
  type SendError,
  Signal,
  Stability
} from "holdfast"
import { Dial, type Gone, type Wire } from "./Dial.ts"
import { readTold, type Told, writeAsked } from "./Protocol.ts"

/** One bot on the platform of lines. */
export interface Bot {
  readonly name: string
  readonly secret: Redacted.Redacted
  readonly access: AccessRule
  readonly listen?: Connection.ListenOptions
}

const pingEvery = Duration.seconds(10)
const silence = Duration.seconds(25)
const openWithin = Duration.seconds(20)
const shownWithin = Duration.seconds(10)
const pace = { burst: 5, every: Duration.millis(100) }

const capabilities: Capabilities = {
  limits: { text: 500, caption: 500 },
  media: [],
  buttons: false,
  edits: false,
  growth: () => undefined,
  pace: { account: pace, conversation: { direct: pace, group: pace, channel: pace } },
  lane: ({ id }) => id,
  replyWindow: () => undefined,
  unasked: () => true,
  deduplicates: () => true
}

type Answer = Deferred.Deferred<Message.Receipt, SendError>

const open = ({ listen, name, secret }: Bot): Effect.Effect<Adapter, never, Dial | ResumeStore | Stability> =>
  Effect.gen(function* () {
    const [dial, store] = [yield* Dial, yield* ResumeStore]
    const account = Address.accountId("lines", name)
    const stability = yield* Effect.flatMap(Stability, (all) => all.of(account))
    const asked = new Map<string, { readonly message: Message.Message; readonly answer: Answer }>()
    let wire: Wire | undefined

    const lost = ({ cause }: Gone) => new ConnectionLost({ account, reason: "Transport", cause, resumable: true })

    const denied = new AdapterFatal({
      account,
      reason: "Unauthorized",
      retryable: false,
      attempts: 0,
      lastCause: "the platform does not know this secret",
      remedy: "Set the secret that the platform gave."
    })

    const session = Effect.gen(function* () {
      const kept = Number(Option.getOrElse(yield* store.get(account), () => "0"))
      let [settled, emitted] = [kept, kept]
      const line = yield* Effect.mapError(dial, lost)

      /** A pull is an acknowledgement: only now is all that was emitted before it known to be kept. */
      const settle = Effect.suspend(() => {
        if (settled === emitted) return Effect.void
        settled = emitted
        return store.set(account, String(settled))
      })

      const understand = (text: string): Effect.Effect<Signal.Signal, AdapterFatal> => {
        const told: Told = Option.getOrElse(readTold(text), () => ({ _tag: "pong" }) as const)
        switch (told._tag) {
          case "denied":
            return Effect.fail(denied)
          case "welcome":
            wire = line
            return Effect.succeed({ _tag: "Connected", resumed: true, self: { id: name, name: told.name }, silence })
          case "heard":
            emitted = Math.max(emitted, told.number)
            return Effect.succeed(
              Signal.received({
                _tag: "MessageReceived",
                id: String(told.number),
                conversation: { account, kind: "group", id: told.room },
                sender: { id: told.from },
                at: told.at,
                text: told.text,
                addressed: true,
                attachments: [],
                mentions: []
              })
            )
          case "shown": {
            const waiting = asked.get(told.name)
            const receipt = { message: told.name, platformId: String(told.number), at: told.at }
            return Effect.as(
              waiting === undefined ? Effect.void : Deferred.succeed(waiting.answer, receipt),
              Signal.alive
            )
          }
          case "pong":
            return Effect.succeed(Signal.alive)
        }
      }

      yield* Effect.addFinalizer((exit) =>
        Effect.suspend(() => {
          wire = undefined
          const unsure = [...asked.values()].map(({ answer, message }) =>
            Deferred.fail(answer, AdapterError.unsaid(message, "Uncertain", "the line was lost before the answer came"))
          )
          // who pulls is done, and has kept what it was given
          return Effect.zipRight(Effect.all(unsure), Exit.isSuccess(exit) ? settle : Effect.void)
        })
      )
      line.write(writeAsked({ _tag: "hello", secret: Redacted.value(secret), after: kept }))
      yield* Effect.sync(() => line.write(writeAsked({ _tag: "ping" }))).pipe(
        Effect.delay(pingEvery),
        Effect.forever,
        Effect.forkScoped
      )
      const pull = settle.pipe(
        Effect.zipRight(Effect.mapError(line.take, lost)),
        Effect.flatMap((lines) => Effect.forEach(lines, understand)),
        Effect.map(Chunk.unsafeFromArray)
      )
      return Stream.repeatEffectChunkOption(Effect.mapError(pull, Option.some))
    })

    const send = (message: Message.Message): Effect.Effect<Message.Receipt, SendError> =>
      Effect.gen(function* () {
        const line = wire
        if (line === undefined) return yield* AdapterError.unsaid(message, "Unreachable", "there is no line")
        const answer = yield* Deferred.make<Message.Receipt, SendError>()
        const { text } = Rendering.render(message.content)
        if (!line.write(writeAsked({ _tag: "say", name: message.id, to: message.conversation.id, text })))
          return yield* AdapterError.unsaid(message, "Unreachable", "the line is gone")
        asked.set(message.id, { message, answer })
        return yield* Deferred.await(answer).pipe(
          Effect.timeoutFail({
            duration: shownWithin,
            onTimeout: () => AdapterError.unsaid(message, "Uncertain", "no answer came")
          }),
          Effect.ensuring(Effect.sync(() => asked.delete(message.id)))
        )
      })

    return {
      account,
      capabilities,
      listen: Connection.listen(
        account,
        Stream.unwrap(session),
        Connection.policy(listen ?? {}, { openWithin, stability })
      ),
      send,
      typing: () => Effect.void,
      download: () => new DownloadFailed({ account, cause: "there are no files on this platform", retryable: false })
    }
  })

/** One bot, for the gateway to keep alive. */
export const account = (bot: Bot): Account<Dial | ResumeStore | Stability | Scope.Scope> => ({
  id: Address.accountId("lines", bot.name),
  credential: { key: `lines:${bot.name}`, secret: bot.secret },
  access: bot.access,
  open: open(bot)
})
