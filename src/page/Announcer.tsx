import { useRef } from "preact/hooks"
import * as Store from "./Store.ts"
import type { Tag } from "./Wire.ts"
import { words } from "./Words.ts"

/** States that pass by themselves, and say nothing that the state before them has not said. */
const passing: ReadonlySet<Tag> = new Set(["Connecting", "Stopping"])

/** Says what becomes of the accounts to who does not see it, a change of state at a time. */
export const Announcer = () => {
  const told = useRef(new Map<string, Tag>())
  const text = useRef("")
  const news = Store.accounts.value.flatMap(({ account, state }) => {
    const before = told.current.get(account)
    if (before === state._tag || passing.has(state._tag)) return []
    told.current.set(account, state._tag)
    return before === undefined ? [] : [`${account} is ${words[state._tag].word}.`]
  })
  if (news.length > 0) text.current = news.join(" ")
  return (
    <p class="unseen" aria-live="polite">
      {text.current}
    </p>
  )
}
