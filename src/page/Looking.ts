import { get } from "./Ask.ts"
import * as Store from "./Store.ts"
import type { AccessOf, Depths, Entries, Letters, Line, Process, Simulation } from "./Wire.ts"

/** How many dead letters are shown at once. */
export const mostLetters = 50

const letters = async (): Promise<void> => {
  Store.letters.value = await get<Letters>(`/dead?limit=${mostLetters}`)
}

const depths = async (): Promise<void> => {
  Store.heardDepths(await get<ReadonlyArray<Depths>>("/queues"))
}

const timelines = (): Promise<unknown> =>
  Promise.all(
    Store.accounts.value.map(async ({ account }) =>
      Store.heardEntries(account, (await get<Entries>(`/accounts/${account}/timeline?limit=1000`)).entries)
    )
  )

const access = async (): Promise<void> => {
  Store.access.value = await get<ReadonlyArray<AccessOf>>("/access")
}

const simulations = async (): Promise<void> => {
  const all = await get<ReadonlyArray<Simulation>>("/simulated")
  Store.simulations.value = new Map(all.map((each) => [each.account, each]))
  await chats()
}

const chats = (): Promise<unknown> =>
  Promise.all(
    [...Store.simulations.value.keys()].map(async (account) => {
      const after = Store.chats.value.get(account)?.at(-1)?.id ?? 0
      const lines = await get<ReadonlyArray<Line>>(`/simulated/${account}/said?after=${after}`)
      // another look may have been quicker
      const known = Store.chats.value.get(account)?.at(-1)?.id ?? 0
      Store.heardLines(
        account,
        lines.filter(({ id }) => id > known)
      )
    })
  )

const looks = { access, letters, depths, timelines, simulations, chats } as const

type Look = keyof typeof looks

const planned = new Set<Look>()

/** Looks at this anew, once for all that ask for it within a moment; what cannot be seen now stays as it was. */
export const soon = (look: Look): void => {
  if (planned.has(look)) return
  planned.add(look)
  setTimeout(() => {
    planned.delete(look)
    looks[look]().catch(() => {})
  }, 150)
}

/** Looks at everything that is not said by an event. */
export const all = (): void => {
  for (const look of ["access", "letters", "depths", "timelines"] as const) soon(look)
}

/** Asks who answers; of another process than before nothing is known yet. */
export const whoAnswers = async (): Promise<void> => {
  const answers = await get<Process>("/process")
  const before = Store.process.value
  if (before !== undefined && (before.pid !== answers.pid || before.since !== answers.since)) Store.forgetAll()
  Store.process.value = answers
  await simulations()
}
