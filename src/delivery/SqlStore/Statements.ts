import { columns } from "./DeadRows.ts"
import type { Dialect } from "./Dialect.ts"

const number = (column: number, of = "given"): string => `cast(${of}.value ->> ${column} as bigint)`
const text = (column: number, of = "given"): string => `${of}.value ->> ${column}`

const fate = ({ all, array }: Pick<Dialect, "all" | "array">, where: string): string => `
  select ${all(array("settled", "reason", "proof"))} as answer from (
    select case when item.seq is null then 1 else 0 end as settled, reason, proof
    from holdfast_known as known
      left join holdfast_item as item on item.seq = known.seq
      left join holdfast_receipt as receipt on receipt.seq = known.seq
    where ${where}
  ) as found`

/**
 * Everything that is said to the database once it is open. Unless something else stands behind it, a statement takes one
 * JSON array of rows, in which column `n` stands where the comment says, or of numbers.
 */
export const statements = (dialect: Dialect) => {
  const { all, also, array, element, given, insert, lock, parameter, share, bays } = dialect
  const alone = bays === undefined ? "place = 0" : `place in (${bays})`
  /** The number of what comes of nothing. */
  const stands = (queue: string, id: string, where = alone): string =>
    `select seq from holdfast_known where ${where} and queue = ${queue} and id = ${id}`
  const fateAt = (place: string, where: string): string =>
    fate(
      { all, array },
      `known.seq = coalesce((${stands(parameter(1), parameter(2), where)}), (
        select seq from holdfast_known where queue = ${parameter(1)} and id = ${parameter(5)}
          and ${place} = (${stands(parameter(3), parameter(4), where)})))`
    )
  return {
    /**
     * rows [queue, id, origin, root, rest], the last three for what may come of something, and rows [lease]: what there is to
     * hear of the first, as `Heard`, whose those leases are, and the version of the store
     */
    opening: `
      select
        (select ${all(array("queue", "id", "coalesce(origin, 0)", "known"))} from (
          select queue, id, origin, case when exists (${stands("asked.queue", "asked.id")}) or exists (
              select 1 from holdfast_known as known
              where known.place = asked.origin and known.queue = asked.queue and known.id = asked.rest
            ) then 1 else 0 end as known
          from (
            select ${text(0)} as queue, ${text(1)} as id, ${text(4)} as rest,
              (${stands(text(2), text(3))}) as origin
            from ${given}) as asked
          ) as found where known = 1 or origin > 0) as heard,
        (select ${all(array("held.name", "held.generation", "held.owner"))} from (
          select name, generation, owner from holdfast_lease
          where name in (select ${text(0, "also")} from ${also})${share}) as held) as leases,
        (select version from holdfast_store) as version`,
    /** parameter: how many numbers are taken; the first of them */
    reserve: `
      update holdfast_store set next = next + cast(${parameter(1)} as bigint)
      returning '' || (next - cast(${parameter(1)} as bigint)) as first`,
    know: insert("holdfast_known", { seq: "number", queue: "text", place: "number", id: "text", kept_at: "number" }),
    /** what is new has no attempts and is due */
    keep: insert("holdfast_item", {
      seq: "number",
      queue: "text",
      account: "text",
      id: "text",
      key: "text",
      value: "text",
      kept_at: "number",
      attempts: "number",
      due: "number"
    }),
    prove: insert("holdfast_receipt", { seq: "number", proof: "text" }),
    /** parameters: as the rows of `opening`; where it stands, if it is known: whether it is settled, why it is dead, and its proof */
    fate: fateAt("place", alone),
    /** the same, in a store that has no bays yet */
    fateBeforeBays: fateAt("origin", "origin = 0"),
    /** parameters: queue and id; the same, in a store in which all that is known stands by itself */
    fateBefore: fate({ all, array }, `known.queue = ${parameter(1)} and known.id = ${parameter(2)}`),
    /** [seq, attempts]: what attempts come to if it has no end */
    begin: `
      insert into holdfast_begun (seq, attempts) select ${number(0)}, ${number(1)} from ${given} where true
      on conflict (seq) do update set attempts = excluded.attempts`,
    /** numbers: seqs */
    end: `delete from holdfast_begun where seq in (select ${element} from ${given})`,
    /** numbers: seqs */
    settle: `delete from holdfast_item where seq in (select ${element} from ${given})`,
    /** [seq, attempts, due] */
    putOff: `
      update holdfast_item set attempts = ${number(1)}, due = ${number(2)}
      from ${given} where holdfast_item.seq = ${number(0)}`,
    /** [seq, attempts, reason, at] */
    bury: `
      update holdfast_item set attempts = ${number(1)}, reason = ${text(2)}, died_at = ${number(3)}
      from ${given} where holdfast_item.seq = ${number(0)}`,
    /** rows [account], queue, and how many dead of these accounts may stay; those that do not */
    forget: `
      delete from holdfast_item where seq in (
        select seq from holdfast_item
        where queue = ${parameter(2)} and reason is not null and account in (select ${text(0)} from ${given})
        order by died_at desc, seq desc limit 1000 offset ${parameter(3)}
      ) returning id, account`,
    /** [key, point] */
    point: `
      insert into holdfast_point (key, point) select ${text(0)}, ${text(1)} from ${given} where true
      on conflict (key) do update set point = excluded.point`,
    /** [key] */
    clear: `delete from holdfast_point where key in (select ${text(0)} from ${given})`,
    /** parameter: account */
    points: `
      select ${all(array("key", "point"))} as answer from holdfast_point
      where key = ${parameter(1)} or substr(key, 1, length(${parameter(1)}) + 1) = ${parameter(1)} || '/'`,
    /** [account, number, text] */
    enter: `
      insert into holdfast_entry (account, number, text)
      select ${text(0)}, ${number(1)}, ${text(2)} from ${given} where true
      on conflict (account, number) do update set text = excluded.text`,
    /** [account, number] */
    strike: `
      delete from holdfast_entry where (account, number) in (select ${text(0)}, ${number(1)} from ${given})`,
    /** parameter: account */
    entries: `
      select ${all(array("number", "text"))} as answer from holdfast_entry where account = ${parameter(1)}`,
    /** [memory, event, at, text] */
    turn: `
      insert into holdfast_turn (memory, event, at, text)
      select ${text(0)}, ${text(1)}, ${number(2)}, ${text(3)} from ${given} where true
      on conflict (memory, event) do update set at = excluded.at, text = excluded.text`,
    /** parameters: memory, and how many turns at most; the last first */
    turns: `
      select ${all(array("event", "at", "text"))} as answer from (
        select event, at, text from holdfast_turn where memory = ${parameter(1)}
        order by at desc limit ${parameter(2)}
      ) as turn`,
    /** [memory, at]: what was kept in it before */
    forgetTurns: `
      delete from holdfast_turn where exists (
        select 1 from ${given} where holdfast_turn.memory = ${text(0)} and holdfast_turn.at < ${number(1)})`,
    /** [at]: what was kept before, in whatever memory */
    forgetOld: `
      delete from holdfast_turn where at < (select max(${number(0)}) from ${given})`,
    /** numbers: what these hold */
    load: `
      select ${all(array("item.seq", "item.value"))} as answer
      from ${given} cross join holdfast_item as item where item.seq = ${element}`,
    /** parameters: queue, account, and the seq after which to go on */
    restore: `
      select ${all(array("seq", "id", "key", "kept_at", "attempts", "due", "begun"))} as answer from (
        select item.seq, id, key, kept_at, coalesce(begun.attempts, item.attempts) as attempts, due,
          case when begun.seq is null then 0 else 1 end as begun
        from holdfast_item as item left join holdfast_begun as begun on begun.seq = item.seq
        where queue = ${parameter(1)} and account = ${parameter(2)} and item.seq > ${parameter(3)} and reason is null
        order by item.seq limit 4096
      ) as item`,
    /** parameters: queue and account */
    countDead: `
      select cast(count(*) as integer) as count from holdfast_item
      where queue = ${parameter(1)} and account = ${parameter(2)} and reason is not null`,
    /** rows [account], and queue */
    dead: `
      select ${columns({ all, array })} as answer
      from holdfast_item
      where queue = ${parameter(2)} and reason is not null and account in (select ${text(0)} from ${given})`,
    /** parameters: queue and id */
    findDead: `
      select ${all(array("seq", "account", "key"))} as answer
      from holdfast_item where queue = ${parameter(1)} and id = ${parameter(2)} and reason is not null`,
    /** parameters: the seq that one of the dead had, the one that it has now, and when */
    revive: `
      update holdfast_item set seq = ${parameter(2)}, reason = null, died_at = null, attempts = 0, due = 0,
        kept_at = ${parameter(3)}
      where seq = ${parameter(1)}`,
    /** parameters: a seq and the one that takes its place */
    renumber: `update holdfast_known set seq = ${parameter(2)} where seq = ${parameter(1)}`,
    /** the same parameters, for what comes of it */
    follow: `update holdfast_known set place = ${parameter(2)} where place = ${parameter(1)}`,
    /** parameter: the seq after which to look; the ids that come next, the oldest first, and whether they are in use */
    eldest: `
      select ${all(array("seq", "kept_at", "used"))} as answer from (
        select seq, kept_at, (select count(*) from holdfast_item where holdfast_item.seq = known.seq)
          + (select count(*) from holdfast_known as coming where coming.place = known.seq) as used
        from holdfast_known as known where seq > ${parameter(1)} order by seq limit 1000
      ) as page`,
    /** the bays there are */
    bays: `select ${all("place")} as answer from (${bays ?? "select 0 as place"}) as bay`,
    /** the last of them, and how many ids it has */
    lastBay: `
      select ${all(array("place", "taken"))} as answer from (
        select place, count(*) as taken from holdfast_known
        where place = (select min(place) from holdfast_known where place < 0) group by place
      ) as last`,
    /** parameters: a bay, a queue, the id after which to go on, the one before which to end, and how many at most */
    inBay: `
      select ${all("id")} as answer from (
        select id from holdfast_known
        where place = ${parameter(1)} and queue = ${parameter(2)} and id > ${parameter(3)} and id < ${parameter(4)}
        order by id limit ${parameter(5)}
      ) as page`,
    /** parameter: a seq */
    isKnown: `select 1 as known from holdfast_known where seq = ${parameter(1)}`,
    /** numbers: seqs */
    unlearn: `delete from holdfast_known where seq in (select ${element} from ${given})`,
    /** numbers: seqs */
    disprove: `delete from holdfast_receipt where seq in (select ${element} from ${given})`,
    /** [lease] */
    lay: `
      insert into holdfast_lease (name, owner, generation, expires) select ${text(0)}, '', 0, 0 from ${given} where true
      on conflict (name) do nothing`,
    /** [lease]: how they stand, in the order of their names, so that nobody waits for who waits for us */
    look: `
      select ${all(array("held.name", "held.generation", "held.owner", "held.expires"))} as answer from (
        select name, generation, owner, expires from holdfast_lease
        where name in (select ${text(0)} from ${given}) order by name${lock}) as held`,
    /** [lease, owner, generation, expires] */
    grant: `
      update holdfast_lease set owner = ${text(1)}, generation = ${number(2)}, expires = ${number(3)}
      from ${given} where holdfast_lease.name = ${text(0)}`
  } as const
}

export type Statements = ReturnType<typeof statements>
