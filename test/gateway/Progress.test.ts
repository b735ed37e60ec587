import { describe, expect, it } from "vitest"
import { accountId } from "../../src/domain/Address.ts"
import { Progress } from "../../src/gateway/Progress.ts"
import { type AccountStatus, initial, type State } from "../../src/gateway/Status.ts"

const main = accountId("fake", "main")
const other = accountId("fake", "other")

const status = (account: typeof main, state: State, fields: Partial<AccountStatus> = {}): AccountStatus => ({
  ...initial(account, 0),
  state,
  ...fields
})

const waiting = (until: number): State => ({ _tag: "Reconnecting", until })

describe("Progress", () => {
  it("finds those late that have not done what was due, and none before a late adapter would be replaced", () => {
    const progress = new Progress()
    const look = (at: number) => progress.look([status(main, waiting(1000))], at, at)
    expect([0, 1000, 11_000].map((at) => look(at).late)).toEqual([[], [], []])
    expect(look(11_001)).toMatchObject({ late: [main], stuck: true })
  })

  it("is stuck only when all are late that owe something: one account ends nobody else's process", () => {
    const progress = new Progress()
    const both = (until: number) => [status(main, waiting(1000)), status(other, waiting(until))]
    progress.look(both(1000), 0, 0)
    expect(progress.look(both(30_000), 20_000, 20_000)).toMatchObject({ late: [main], stuck: false })
    expect(progress.look(both(30_000), 50_000, 50_000)).toMatchObject({ late: [main, other], stuck: true })
  })

  it("asks nothing of an account that a person has stopped, and is not stuck where none owes anything", () => {
    const progress = new Progress()
    const stopped = [status(main, { _tag: "Paused" }), status(other, { _tag: "Stopped" })]
    expect(progress.look(stopped, 0, 0)).toMatchObject({ late: [], stuck: false })
    expect(progress.look(stopped, 1e9, 1e9)).toMatchObject({ late: [], stuck: false })
    expect(progress.look([], 2e9, 2e9)).toMatchObject({ late: [], stuck: false, lines: [] })
    const one = [status(main, { _tag: "Paused" }), status(other, waiting(2e9))]
    progress.look(one, 2e9, 2e9)
    expect(progress.look(one, 3e9, 3e9)).toMatchObject({ late: [other], stuck: true })
  })

  it("finds nobody late because the clock on the wall jumped, forth or back, or the machine slept (F39)", () => {
    const progress = new Progress()
    const parked = [status(main, { _tag: "Parked", until: 900_000, remedy: "Set it." })]
    progress.look(parked, 0, 0)
    expect(progress.look(parked, 86_400_000, 1000).late).toEqual([])
    expect(progress.look(parked, 86_400_000, 909_000).late).toEqual([])
    expect(progress.look(parked, -86_400_000, 911_000).late).toEqual([main])
  })

  it("says of each account what it is doing since when, and only counts those beyond fifty", () => {
    const progress = new Progress()
    const connected = status(main, { _tag: "Connected", until: 60_000 }, { lastLife: 30_000, since: 1000 })
    const down = status(other, waiting(90_000), { cause: "the line was cut (1006)", since: 30_000 })
    expect(progress.look([connected, down], 30_000, 30_000).lines).toEqual([
      "fake:main has been Connected since 1970-01-01T00:00:01.000Z; its last sign of life was at 1970-01-01T00:00:30.000Z",
      "fake:other has been Reconnecting since 1970-01-01T00:00:30.000Z; it goes on at 1970-01-01T00:01:30.000Z; the line was cut (1006)"
    ])
    const many = Array.from({ length: 60 }, (_, index) => status(accountId("fake", `n${index}`), { _tag: "Paused" }))
    expect(progress.look(many, 0, 0).lines.slice(49)).toEqual([
      "fake:n49 has been Paused since 1970-01-01T00:00:00.000Z",
      "and 10 accounts more"
    ])
  })
})
