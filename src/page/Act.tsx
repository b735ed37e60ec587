import type { ComponentChildren } from "preact"
import { useState } from "preact/hooks"
import { Refused } from "./Ask.ts"

/** What came of the last thing that was asked for; undefined while nothing went wrong. */
export interface Doing {
  readonly busy: boolean
  readonly wrong: string | undefined
  /** Does this, unless something is being done. */
  readonly run: (work: () => Promise<unknown>) => void
}

const why = (error: unknown): string =>
  error instanceof Refused ? error.message : "the program could not be told; nothing is known to have changed"

/** What a person asks for, one thing at a time. */
export const useDoing = (): Doing => {
  const [state, set] = useState<{ readonly busy: boolean; readonly wrong?: string }>({ busy: false })
  const run = (work: () => Promise<unknown>): void => {
    if (state.busy) return
    set({ busy: true })
    work().then(
      () => set({ busy: false }),
      (error: unknown) => set({ busy: false, wrong: why(error) })
    )
  }
  return { busy: state.busy, wrong: state.wrong, run }
}

/** What went wrong with what was asked for. */
export const Wrong = ({ doing }: { readonly doing: Doing }) => (
  <p class="wrong" role="alert">
    {doing.wrong ?? ""}
  </p>
)

/** A button for something that takes a moment; it keeps the focus meanwhile. */
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
    onClick={() => props.doing.run(props.work)}
  >
    {props.children}
  </button>
)
