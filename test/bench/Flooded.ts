// The account that a flood is for, and a stand-in for its sends.
import { Duration, Effect, Redacted } from "effect"
import * as QQ from "../../src/platforms/qq/Adapter.ts"

const free = { burst: 1, every: Duration.zero }

/** An account of a flood server at this port; each number is a bot of its own. */
export const flooded = (port: string | undefined, number = 1) =>
  QQ.account({
    name: `flood${number}`,
    appId: String(number),
    clientSecret: Redacted.make("flood"),
    access: { _tag: "Open" },
    tokenBaseUrl: `http://127.0.0.1:${port}`,
    apiBaseUrl: `http://127.0.0.1:${port}`
  })

/** The same account, whose sends are told of instead of made, as fast as they come. */
export const counting = (port: string | undefined, sent: (text: string) => void, number?: number) => {
  const account = flooded(port, number)
  return {
    ...account,
    open: Effect.map(account.open, (adapter) => ({
      ...adapter,
      capabilities: {
        ...adapter.capabilities,
        pace: { account: free, conversation: { direct: free, group: free, channel: free } }
      },
      send: (message: { readonly id: string; readonly content: { readonly text: string } }) =>
        Effect.sync(() => {
          sent(message.content.text)
          return { message: message.id, platformId: "", at: 0 }
        })
    }))
  }
}
