import { asOf, handlers } from "./Store.ts"
import type { HandlerHealth } from "./Wire.ts"
import { countdown, moment, span } from "./Words.ts"

/** How it does, in words; the mark before them tells it without colour. */
const looks = {
  working: { tone: "good", mark: "✓", word: "works" },
  failing: { tone: "bad", mark: "✗", word: "has failed" }
} as const

const Handler = ({ health: { cause, handler, next, since, state } }: { readonly health: HandlerHealth }) => {
  const now = asOf.value
  const { mark, tone, word } = looks[state]
  return (
    <li class={tone}>
      <p>
        <span class="mark" aria-hidden="true">
          {mark}
        </span>{" "}
        <b>{handler}</b>{" "}
        <span class="state">
          {word} since {moment(since, now)}, for {span(now - since)}
        </span>
        {next === undefined ? "" : `; tried again in ${countdown(next - now)}`}
      </p>
      {cause === undefined ? null : <p class="why">{cause}</p>}
    </li>
  )
}

/** What stands behind the handlers, and how it does; nothing where nothing there can fail by itself. */
export const Handlers = () =>
  handlers.value.length === 0 ? null : (
    <section class="handlers" aria-labelledby="handlers">
      <h2 id="handlers">What answers</h2>
      <ul>
        {handlers.value.map((health, index) => (
          <Handler key={`${health.handler} ${index}`} health={health} />
        ))}
      </ul>
    </section>
  )
