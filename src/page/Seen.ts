import type { ReadonlySignal } from "@preact/signals"
import { createContext } from "preact"
import { useContext, useEffect, useRef, useState } from "preact/hooks"
import { asOf } from "./Store.ts"

/** Whether what is drawn is, or is about to be, on the screen: where it is not, nothing is drawn anew for a clock that ticks. */
export const Seen = createContext(true)

/** How far beyond the screen a card is drawn as if it were on it. */
const margin = "300px"

/** Whether an element is seen, and what to tell it by. */
export const useSeen = <A extends Element>() => {
  const element = useRef<A>(null)
  const [seen, see] = useState(true)
  useEffect(() => {
    if (element.current === null) return
    const observer = new IntersectionObserver((all) => see(all.at(-1)?.isIntersecting ?? true), { rootMargin: margin })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return { element, seen }
}

/** What a signal says now; told of its changes where that is seen. */
const useSaid = <A>(signal: ReadonlySignal<A>): A => (useContext(Seen) ? signal.value : signal.peek())

/** The moment of which what is shown is true. */
export const useAsOf = (): number => useSaid(asOf)

/** What is known of one account. */
export const useOf = <A>(each: ReadonlySignal<ReadonlyMap<string, A>>, account: string): A | undefined =>
  useSaid(each).get(account)
