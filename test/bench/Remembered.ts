// What is left of events that were kept and settled: their ids, in no order, as a platform's are.
import { baySize } from "../../src/delivery/SqlStore/Bays.ts"

/** Where the id stands that was kept so many after the first. */
export const bayOf = (n: number): number => -1 - Math.floor(n / baySize)

/** What fills a store with so many ids of an account, before anything is measured. */
export const remembering = (account: string, kept: number): ReadonlyArray<string> => [
  // so that it takes seconds, not minutes
  "pragma cache_size = -500000",
  `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${kept})
    insert into holdfast_known (seq, queue, place, id, kept_at)
    select n, 'inbox', -1 - (n - 1) / ${baySize}, '${account}/ROBOT1.0_' || printf('%08x', (n * 2654435761) % 4294967296) || '.' || n || '!',
      1000 * unixepoch()
    from numbers`,
  `update holdfast_store set next = ${kept} + 1`,
  "pragma wal_checkpoint(truncate)",
  "pragma cache_size = -16384"
]
