import { useAsOf, useOf } from "./Seen.ts"
import { depths } from "./Store.ts"
import type { Depth } from "./Wire.ts"
import { span } from "./Words.ts"

const Waiting = ({ depth, name }: { readonly depth: Depth | undefined; readonly name: string }) => {
  const { dead = 0, oldest, waiting = 0 } = depth ?? {}
  const now = useAsOf()
  const since = oldest === undefined || waiting === 0 ? "" : ` for ${span(now - oldest)}`
  return (
    <div class={waiting > 0 ? "some" : "none"}>
      <dt>{name}</dt>
      <dd>
        <b>{waiting}</b> waiting{since}
        {dead > 0 ? <span class="dead">, {dead} dead</span> : null}
      </dd>
    </div>
  )
}

/** What is kept of an account: heard and not handled, and not yet said. */
export const Queues = ({ account }: { readonly account: string }) => {
  const kept = useOf(depths, account)
  return (
    <dl class="figure queues">
      <Waiting name="inbox" depth={kept?.inbox} />
      <Waiting name="outbox" depth={kept?.outbox} />
    </dl>
  )
}
