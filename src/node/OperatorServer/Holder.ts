import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Http from "node:http"
import type { Place } from "../HttpListener.ts"

/** How long whoever has the port may take to say who it is. */
const within = Duration.seconds(1)

const largest = 10_000

const pidIn = Schema.decodeUnknownOption(Schema.parseJson(Schema.Struct({ pid: Schema.Int })))

/** What a server answers at a path, or nothing. */
const asked = (
  { host, port }: Place,
  path: string
): Effect.Effect<{ readonly server: string; readonly text: string }> =>
  Effect.async((resume) => {
    const nothing = () => resume(Effect.succeed({ server: "", text: "" }))
    const request = Http.get({ host, port, path, agent: false }, (response) => {
      let text = ""
      response.on("data", (piece: Buffer) => {
        text += piece.toString()
        if (text.length > largest) request.destroy()
      })
      response.on("error", nothing)
      response.on("end", () => resume(Effect.succeed({ server: String(response.headers.server ?? ""), text })))
    })
    request.on("error", nothing)
    return Effect.sync(() => void request.destroy())
  })

/** Who answers at a port that is taken, in words; one that starts, or wants a token, only says what it is. Undefined where nothing is said. */
export const holderOf = (place: Place): Effect.Effect<string | undefined> =>
  Effect.map(Effect.timeoutOption(asked(place, "/process"), within), (answer) => {
    if (answer._tag === "None") return undefined
    const { server, text } = answer.value
    const process = pidIn(text)
    if (process._tag === "Some") return `another holdfast, process ${process.value.pid}`
    return server === "holdfast" ? "another holdfast" : undefined
  })
