import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Traits } from "../adapter/Platform.ts"
import { AccountId, type Conversation, platformOf } from "../domain/Address.ts"
import { BadConversation } from "./Api/Failure.ts"

const isAccount = Schema.is(AccountId)

/** The platform of an account, of those that are known. */
export const traitsOf = (platforms: ReadonlyArray<Traits>, account: AccountId): Traits | undefined =>
  platforms.find(({ name }) => name === platformOf(account))

/** The conversation that a person means by `qq:main/c2c:7C0E…`. */
export const conversationOf = (
  platforms: ReadonlyArray<Traits>,
  conversation: string
): Effect.Effect<Conversation, BadConversation> => {
  const bad = (message: string) => Effect.fail(new BadConversation({ conversation, message }))
  const slash = conversation.indexOf("/")
  const [account, id] = [conversation.slice(0, Math.max(slash, 0)), conversation.slice(slash + 1)]
  if (!isAccount(account))
    return bad(`"${conversation}" is no conversation: one is written ACCOUNT/ID, such as qq:main/c2c:7C0E`)
  const traits = traitsOf(platforms, account)
  if (traits === undefined)
    return bad(
      `no platform is called ${platformOf(account)}; there are ${platforms.map(({ name }) => name).join(", ")}`
    )
  const kind = id === "" ? undefined : traits.places.kindOf(id)
  return kind === undefined
    ? bad(`"${id}" is no conversation of ${traits.name}: there they are written ${traits.places.written}`)
    : Effect.succeed({ account, kind, id })
}

/** The account of an event or a message, with which its id begins; those of further parts have a number behind it. */
export const accountOf = (id: string): string => id.split(/[/#]/, 1)[0] ?? ""
