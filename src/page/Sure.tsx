import { useState } from "preact/hooks"
import { Act, type Doing } from "./Act.tsx"

/** Two buttons for something that is not done by mistake: the first asks, and then the other does it. */
export const Sure = (props: {
  readonly doing: Doing
  readonly work: () => Promise<unknown>
  /** what the button says, and what the other one does */
  readonly ask: string
  readonly sure: string
  readonly keep?: string
  /** what it is done to, for who cannot see that */
  readonly about: string
  readonly title?: string
}) => {
  const { about, ask, doing, keep = "Keep", sure, title } = props
  const [asked, set] = useState(false)
  const work = async (): Promise<void> => {
    await props.work()
    set(false)
  }
  return (
    <>
      {asked ? (
        <Act doing={doing} work={work} kind="grave" label={`${sure}: ${about}`}>
          {sure}
        </Act>
      ) : null}
      <button
        type="button"
        class="plain"
        aria-label={`${asked ? keep : ask} ${about}`}
        title={title}
        onClick={() => set(!asked)}
      >
        {asked ? keep : ask}
      </button>
    </>
  )
}
