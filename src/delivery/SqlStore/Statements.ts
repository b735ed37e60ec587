import type { Dialect } from "./Dialect.ts"

const number = (column: number): string => `cast(given.value ->> ${column} as bigint)`
const text = (column: number): string => `given.value ->> ${column}`

/**
 * Everything that is said to the database once it is open. Each statement takes one JSON array of rows, in which column `n`
 * stands where the comment behind it says; whatever it writes carries the generation of its owner.
 */
export const statements = ({ all, array, given, parameter, share }: Dialect, generation: number) =>
  ({
    /** [queue, id]: whose the store is, and which of these were kept before */
    opening: `
      select (select generation from holdfast_store${share}) as generation,
        (select ${all(array("known.queue", "known.id"))} from ${given} cross join holdfast_known as known
          where known.queue = ${text(0)} and known.id = ${text(1)}) as known`,
    /** [seq, queue, id, key, value, at] */
    know: `
      insert into holdfast_known (seq, queue, id, kept_at)
      select ${number(0)}, ${text(1)}, ${text(2)}, ${number(5)} from ${given}`,
    /** [seq, queue, id, key, value, at] */
    keep: `
      insert into holdfast_item (seq, queue, id, key, value, kept_at, attempts, due, generation)
      select ${number(0)}, ${text(1)}, ${text(2)}, ${text(3)}, ${text(4)}, ${number(5)}, 0, 0, ${generation} from ${given}`,
    /** [seq, attempts]: what attempts come to if it has no end */
    begin: `
      insert into holdfast_begun (seq, attempts) select ${number(0)}, ${number(1)} from ${given} where true
      on conflict (seq) do update set attempts = excluded.attempts`,
    /** [seq] */
    end: `delete from holdfast_begun where seq in (select ${number(0)} from ${given})`,
    /** [seq] */
    settle: `delete from holdfast_item where seq in (select ${number(0)} from ${given})`,
    /** [seq, attempts, due] */
    putOff: `
      update holdfast_item set attempts = ${number(1)}, due = ${number(2)}, generation = ${generation}
      from ${given} where holdfast_item.seq = ${number(0)}`,
    /** [seq, attempts, reason, at] */
    bury: `
      update holdfast_item set attempts = ${number(1)}, reason = ${text(2)}, died_at = ${number(3)}, generation = ${generation}
      from ${given} where holdfast_item.seq = ${number(0)}`,
    /** parameters: queue, and how many of its dead may stay; the ids of those that do not */
    forget: `
      delete from holdfast_item where seq in (
        select seq from holdfast_item where queue = ${parameter(1)} and reason is not null
        order by died_at desc, seq desc limit 1000 offset ${parameter(2)}
      ) returning id`,
    /** [key, point] */
    point: `
      insert into holdfast_point (key, point, generation) select ${text(0)}, ${text(1)}, ${generation} from ${given} where true
      on conflict (key) do update set point = excluded.point, generation = excluded.generation`,
    /** [key] */
    clear: `delete from holdfast_point where key in (select ${text(0)} from ${given})`,
    points: `select ${all(array("key", "point"))} as answer from holdfast_point`,
    /** [seq]: what they hold */
    load: `
      select ${all(array("item.seq", "item.value"))} as answer
      from ${given} cross join holdfast_item as item where item.seq = ${number(0)}`,
    /** parameters: queue, and the seq after which to go on */
    restore: `
      select ${all(array("seq", "id", "key", "kept_at", "attempts", "due", "begun"))} as answer from (
        select item.seq, id, key, kept_at, coalesce(begun.attempts, item.attempts) as attempts, due,
          coalesce(begun.attempts, 0) as begun
        from holdfast_item as item left join holdfast_begun as begun on begun.seq = item.seq
        where queue = ${parameter(1)} and item.seq > ${parameter(2)} and reason is null
        order by item.seq limit 4096
      ) as item`,
    /** parameter: queue */
    countDead: `select cast(count(*) as integer) as count from holdfast_item where queue = ${parameter(1)} and reason is not null`,
    /** parameter: queue */
    dead: `
      select ${all(array("seq", "id", "key", "value", "attempts", "kept_at", "reason", "died_at"))} as answer
      from holdfast_item where queue = ${parameter(1)} and reason is not null`,
    /** parameter: queue */
    deadKeys: `
      select ${all(array("key"))} as answer
      from holdfast_item where queue = ${parameter(1)} and reason is not null`,
    /** parameters: queue and id */
    findDead: `
      select ${all(array("seq", "key"))} as answer
      from holdfast_item where queue = ${parameter(1)} and id = ${parameter(2)} and reason is not null`,
    /** parameters: the seq that one of the dead had, the one that it has now, and when */
    revive: `
      update holdfast_item set seq = ${parameter(2)}, reason = null, died_at = null, attempts = 0, due = 0,
        kept_at = ${parameter(3)}, generation = ${generation}
      where seq = ${parameter(1)}`,
    /** parameters: a seq and the one that takes its place */
    renumber: `update holdfast_known set seq = ${parameter(2)} where seq = ${parameter(1)}`,
    last: `select '' || coalesce(max(seq), 0) as last from holdfast_known`,
    /** parameter: the seq after which to look; the ids that come next, the oldest first, and whether they are in use */
    eldest: `
      select ${all(array("seq", "kept_at", "used"))} as answer from (
        select seq, kept_at, (select count(*) from holdfast_item where holdfast_item.seq = known.seq) as used
        from holdfast_known as known where seq > ${parameter(1)} order by seq limit 1000
      ) as page`,
    /** parameter: a seq */
    isKnown: `select 1 as known from holdfast_known where seq = ${parameter(1)}`,
    /** [seq] */
    unlearn: `delete from holdfast_known where seq in (select ${number(0)} from ${given})`
  }) as const

export type Statements = ReturnType<typeof statements>
