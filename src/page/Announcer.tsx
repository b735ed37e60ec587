import { useRef } from "preact/hooks"
import * as Store from "./Store.ts"
import type { Tag } from "./Wire.ts"
import { words } from "./Words.ts"

/** States that pass by themselves, and say nothing that the state before them has not said. */
const passing: ReadonlySet<Tag> = new Set(["Connecting", "Stopping"])

/** Says what becomes of the accounts and handlers to who does not see it, a change of state at a time. */
export const Announcer = () => {
  const told = useRef(new Map<string, string>())
  const text = useRef("")
  const turn = (name: string, state: string, text: string): ReadonlyArray<string> => {
    const before = told.current.get(name)
    if (before === state) return []
    told.current.set(name, state)
    return before === undefined ? [] : [text]
  }
  const answers = Store.handlers.value.flatMap(({ handler, state }) =>
    turn(`handler ${handler}`, state, `The handler ${handler} ${state === "failing" ? "fails" : "answers again"}.`)
  )
  const news = Store.accounts.value.flatMap(({ account, state }) => {
    if (passing.has(state._tag)) return []
    return turn(account, state._tag, `${account} is ${words[state._tag].word}.`)
  })
  const all = [...news, ...answers]
  if (all.length > 0) text.current = all.join(" ")
  return (
    <p class="unseen" aria-live="polite">
      {text.current}
    </p>
  )
}
