import { dated, get, headers, programNow, Refused, refusal, token } from "./Ask.ts"
import * as Asked from "./Asked.ts"
import * as Looking from "./Looking.ts"
import { reader, type Sse } from "./Sse.ts"
import * as Store from "./Store.ts"
import type { AccountStatus, Depths, Entry, HandlerHealth, Passage, Rate } from "./Wire.ts"

/** The program says something every 10 s, if only that it is there; one that has not for this long is lost. */
const silence = 15_000

/** Between two tries to reach the program, in milliseconds: at first, and at most. */
const patience = { first: 500, most: 5000 }

/** What is done with an event of each name; all others mean nothing to this page. */
const heard: Readonly<Record<string, (data: string) => void>> = {
  snapshot: (data) => Store.heardAll(parsed<ReadonlyArray<AccountStatus>>(data)),
  status: (data) => Store.heardStatus(parsed<AccountStatus>(data)),
  removed: (data) => Store.heardRemoved(parsed<{ readonly account: string }>(data)),
  entry: (data) => {
    const entry = parsed<Entry>(data)
    Store.heardEntries(entry.account, [entry])
  },
  handlers: (data) => {
    Store.handlers.value = parsed<ReadonlyArray<HandlerHealth>>(data)
  },
  access: () => Looking.soon("access"),
  depths: (data) => {
    const before = dead()
    Store.heardDepths(parsed<ReadonlyArray<Depths>>(data))
    if (dead() !== before) Looking.soon("letters")
  },
  rates: (data) => Store.heardRates(parsed<ReadonlyArray<Rate>>(data)),
  passage: (data) => {
    Looking.soon("chats")
    if (parsed<Passage>(data)._tag === "Dead") Looking.soon("letters")
  }
}

/** How much was put aside, of each account. */
const dead = (): string =>
  JSON.stringify(Array.from(Store.depths.value.values(), ({ inbox, outbox }) => [inbox.dead, outbox.dead]))

/** `A` is what the program's contract promises of an event. */
const parsed = <A>(data: string): A => JSON.parse(data)

const take = ({ data, event }: Sse): void => heard[event]?.(data)

/** Opens the stream of what happens, and takes all of it; comes back by failing. */
const listen = async (onOpen: () => void, onHeard: () => void): Promise<never> => {
  const abort = new AbortController()
  let watchdog = 0
  const alive = (): void => {
    onHeard()
    clearTimeout(watchdog)
    watchdog = setTimeout(() => abort.abort(new Error("it says nothing any more")), silence)
  }
  try {
    alive()
    const sent = Date.now()
    const response = await fetch(Asked.live(Store.simulations.value.size > 0), {
      headers: headers(),
      cache: "no-store",
      signal: abort.signal
    })
    dated(sent, response)
    if (!response.ok || response.body === null) throw await refusal(response)
    onOpen()
    const read = reader()
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await pieces.read()
      if (done) throw new Error("it ended the connection")
      alive()
      for (const event of read(value)) take(event)
    }
  } catch (error) {
    // what a browser says of a line that was given up is not why
    throw abort.signal.aborted ? abort.signal.reason : error
  } finally {
    clearTimeout(watchdog)
    abort.abort()
  }
}

const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

/** Waits until the operator has given a token. */
const unlocked = (wrong: boolean): Promise<void> => {
  Store.link.value = { _tag: "Locked", wrong }
  return new Promise((resolve) => {
    const end = Store.link.subscribe((link) => {
      if (link._tag === "Locked") return
      queueMicrotask(() => end())
      resolve()
    })
  })
}

/** Gives the program this token from now on. */
export const unlock = (text: string): void => {
  token.set(text)
  Store.link.value = { _tag: "Opening" }
}

const told = (error: unknown): string =>
  error instanceof TypeError ? "it cannot be reached" : error instanceof Error ? error.message : String(error)

/** Keeps the page true for as long as it is open: whenever the program is lost it is looked for, and what was missed is asked. */
export const follow = async (): Promise<never> => {
  let lastHeard = programNow()
  for (let delay = patience.first; ; delay = Math.min(patience.most, delay * 2)) {
    const opened = (): void => {
      delay = patience.first / 2
      Store.link.value = { _tag: "Live" }
      Looking.all()
    }
    try {
      await Looking.whoAnswers()
      await listen(opened, () => (lastHeard = programNow()))
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        const wrong = token.get() !== null
        token.forget()
        await unlocked(wrong)
        delay = patience.first / 2
        continue
      }
      if (Store.link.value._tag !== "Lost") Store.link.value = { _tag: "Lost", since: lastHeard, why: told(error) }
      else Store.link.value = { ...Store.link.value, why: told(error) }
    }
    await sleep(delay * (0.5 + Math.random() / 2))
  }
}

/** When each account last gave a sign of life, which is said by no event; unless an event that came meanwhile is newer. */
const statuses = async (): Promise<void> => {
  const before = Store.statuses.value
  const all = await get<ReadonlyArray<AccountStatus>>("/accounts")
  if (Store.statuses.value === before) Store.heardAll(all)
}

/** Does this again and again, as long as the program is there and somebody looks. */
const again = (every: number, look: () => void): void => {
  setInterval(() => Store.link.value._tag === "Live" && !document.hidden && look(), every)
}

/** Looks now and then at what is said by no event. */
export const glance = (): void => {
  again(5000, () => void statuses().catch(() => {}))
  again(15_000, () => Looking.soon("access"))
  // one that dies while another is retried is not seen in how many they are
  again(15_000, () => Looking.soon("letters"))
  // others talk there too, at the terminal
  again(1000, () => Store.simulations.value.size > 0 && Looking.soon("chats"))
  setInterval(() => (Store.now.value = programNow()), 1000)
}
