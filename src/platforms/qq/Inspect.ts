import type * as HttpClient from "@effect/platform/HttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { closures } from "../../adapter/AccessRule.ts"
import type { Inspection } from "../../adapter/Platform.ts"
import { type QQConfig, settings as settingsOf } from "./Config.ts"
import * as Rest from "./Rest.ts"
import * as Token from "./Token.ts"

const passing = "Nothing that a setting would mend: try again, and see whether this machine reaches the platform."

const sessions = ({ starts, url }: Rest.Discovered): ReadonlyArray<string> => {
  if (starts === undefined) return [`its gateway is ${url}`]
  const whole = Duration.format(Duration.seconds(Math.ceil(starts.resetAfter / 1000)))
  return [`its gateway is ${url}`, `${starts.remaining} of ${starts.total} sessions are left, whole again in ${whole}`]
}

const posted = (path: string) =>
  Effect.succeed([`it is posted to at ${path}: the QQ bot console must have the public https address of that path`])

/** Asks QQ for a token, for the bot's name and, where it listens by WebSocket, for what is left of the day's sessions. */
export const inspect = (config: QQConfig): Effect.Effect<Inspection, never, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const settings = settingsOf(config)
    const { access, account } = settings
    const doubts = closures(access)
    const token = yield* Token.make(settings)
    const rest = yield* Rest.make(settings, token)
    const way = settings.webhookPath === undefined ? Effect.map(rest.gateway, sessions) : posted(settings.webhookPath)
    const asked = Effect.gen(function* () {
      const self = yield* rest.me
      return { account, doubts, good: [`it is ${self.name ?? "a bot without a name"} (${self.id})`, ...(yield* way)] }
    })
    return yield* Effect.catchAll(asked, ({ message, verdict }) =>
      Effect.succeed<Inspection>({
        account,
        doubts,
        good: [],
        problem: { text: message, remedy: verdict?.remedy ?? passing, configuration: verdict !== undefined }
      })
    )
  }).pipe(Effect.scoped)
