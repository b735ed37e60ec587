import { useAsOf, useOf } from "./Seen.ts"
import { type Passed, rates, recent } from "./Store.ts"

const seconds = recent / 1000
const height = 16

const sum = (passed: ReadonlyArray<Passed>, way: "in" | "out"): number =>
  passed.reduce((total, each) => total + each[way], 0)

/** One stroke for each second in which something passed, as high as there was much of it. */
const strokes = (passed: ReadonlyArray<Passed>, way: "in" | "out", now: number, most: number): string =>
  passed
    .filter((each) => each[way] > 0)
    .map((each) => {
      const x = seconds - Math.round((now - each.at) / 1000) - 0.5
      const y = Math.max(1.5, (each[way] / most) * height)
      return way === "in" ? `M${x} ${height}V${height - y}` : `M${x} ${height}V${height + y}`
    })
    .join("")

const rate = (many: number): string => (many < seconds ? `${many}/min` : `${(many / seconds).toFixed(1)}/s`)

/** What came in, upwards, and went out, downwards, in the last minute. */
export const Spark = ({ account }: { readonly account: string }) => {
  const now = useAsOf()
  const passed = (useOf(rates, account) ?? []).filter(({ at }) => at > now - recent)
  const most = Math.max(1, ...passed.map((each) => Math.max(each.in, each.out)))
  return (
    <div class="figure spark">
      <svg viewBox={`0 0 ${seconds} ${2 * height}`} preserveAspectRatio="none" aria-hidden="true">
        <path class="axis" d={`M0 ${height}H${seconds}`} />
        <path class="in" d={strokes(passed, "in", now, most)} />
        <path class="out" d={strokes(passed, "out", now, most)} />
      </svg>
      <dl>
        <div>
          <dt>in</dt>
          <dd>{rate(sum(passed, "in"))}</dd>
        </div>
        <div>
          <dt>out</dt>
          <dd>{rate(sum(passed, "out"))}</dd>
        </div>
      </dl>
    </div>
  )
}
