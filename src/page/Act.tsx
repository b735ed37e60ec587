import type { ComponentChildren } from "preact"
import { useRef, useState } from "preact/hooks"
import { Refused } from "./Ask.ts"

/** What came of the last thing that was asked for. */
export interface Doing {
  readonly busy: boolean
  /** undefined while nothing went wrong */
  readonly wrong: string | undefined
  /** Does this, after all that was asked for before. */
  readonly run: (work: () => Promise<unknown>) => void
}

const why = (error: unknown): string =>
  error instanceof Refused ? error.message : "the program could not be told; nothing is known to have changed"

/** What a person asks for, one thing at a time. */
export const useDoing = (): Doing => {
  const [left, count] = useState(0)
  const [wrong, set] = useState<string | undefined>(undefined)
  const last = useRef<Promise<unknown>>(Promise.resolve())
  const run = (work: () => Promise<unknown>): void => {
    count((some) => some + 1)
    set(undefined)
    last.current = last.current
      .then(work)
      .catch((error: unknown) => set(why(error)))
      .finally(() => count((some) => some - 1))
  }
  return { busy: left > 0, wrong, run }
}

/** What went wrong with what was asked for. */
export const Wrong = ({ doing }: { readonly doing: Doing }) => (
  <p class="wrong" role="alert">
    {doing.wrong ?? ""}
  </p>
)

/** A button for something that takes a moment; it keeps the focus meanwhile, and does nothing twice. */
export const Act = (props: {
  readonly doing: Doing
  readonly work: () => Promise<unknown>
  readonly children: ComponentChildren
  readonly kind?: "plain" | "strong" | "grave"
  readonly label?: string
  readonly title?: string
}) => (
  <button
    type="button"
    class={props.kind ?? "plain"}
    aria-disabled={props.doing.busy}
    aria-label={props.label}
    title={props.title}
    onClick={() => !props.doing.busy && props.doing.run(props.work)}
  >
    {props.children}
  </button>
)
