import { useRef } from "preact/hooks"
import { Act, useDoing, Wrong } from "./Act.tsx"
import { post, Refused } from "./Ask.ts"
import * as Looking from "./Looking.ts"
import { asOf, letters } from "./Store.ts"
import { Sure } from "./Sure.tsx"
import type { Settled, Summary } from "./Wire.ts"
import { count, moment, span } from "./Words.ts"

const settle = async (how: "retry" | "drop", { id, queue }: Summary): Promise<void> => {
  const settled = await post<Settled>(`/dead/${how}`, { letters: [{ queue, id }] })
  Looking.soon("letters")
  Looking.soon("depths")
  if (settled.refused !== undefined) throw new Refused(503, `it is as it was: ${settled.refused.message}`)
}

const Letter = ({ letter, onSettled }: { readonly letter: Summary; readonly onSettled: () => void }) => {
  const doing = useDoing()
  const act = (how: "retry" | "drop") => async (): Promise<void> => {
    await settle(how, letter)
    onSettled()
  }
  return (
    <li>
      <div class="what">
        <p class="reason">{letter.reason}</p>
        <p class="where">
          <code>{letter.id}</code> · {letter.queue === "inbox" ? "heard in" : "to be said in"}{" "}
          <code>{letter.conversation}</code> · put aside {moment(letter.diedAt, asOf.value)},{" "}
          {span(asOf.value - letter.diedAt)} ago, after {letter.attempts === 1 ? "1 try" : `${letter.attempts} tries`}
        </p>
      </div>
      <div class="buttons">
        <Act doing={doing} work={act("retry")} kind="strong" label={`Retry ${letter.id}`}>
          Retry
        </Act>
        <Sure doing={doing} work={act("drop")} ask="Drop …" sure="Drop for ever" about={letter.id} />
      </div>
      <Wrong doing={doing} />
    </li>
  )
}

/** What was put aside, and why, the oldest first. */
export const Letters = () => {
  const heading = useRef<HTMLHeadingElement>(null)
  const page = letters.value
  const all = page.letters
  const more = page.next === undefined ? "" : `; these are the first ${all.length}`
  return (
    <section class="letters" aria-labelledby="letters">
      <h2 id="letters" tabIndex={-1} ref={heading}>
        Put aside
      </h2>
      <p class="none">
        {all.length === 0
          ? "Nothing was put aside: whatever was heard is handled or waits, whatever is to be said is said or waits."
          : `${count(all.length, "dead letter")}${more}. Mend what was wrong, then retry.`}
      </p>
      <ul>
        {all.map((letter) => (
          <Letter key={`${letter.queue}/${letter.id}`} letter={letter} onSettled={() => heading.current?.focus()} />
        ))}
      </ul>
    </section>
  )
}
