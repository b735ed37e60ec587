import { useRef, useState } from "preact/hooks"
import { Act, useDoing, Wrong } from "./Act.tsx"
import { del, post, Refused } from "./Ask.ts"
import * as Looking from "./Looking.ts"
import { access, asOf } from "./Store.ts"
import { Sure } from "./Sure.tsx"
import type { AccessOf, Changed, Named } from "./Wire.ts"
import { count, countdown, moment } from "./Words.ts"

/** Who somebody is, by what they are called and by what the platform knows them by. */
const Who = ({ who: { id, kind, name } }: { readonly who: Named }) => (
  <>
    {kind === "group" ? "the group " : ""}
    {name === undefined ? null : <b>{name} </b>}
    <code>{id}</code>
  </>
)

/** What was changed is to outlast a crash; where the store does not say so yet, that is said. */
const recorded = ({ recorded }: Changed): void => {
  Looking.soon("access")
  if (!recorded)
    throw new Refused(503, "it holds from now on, and a crash can still undo it: the store has not taken it")
}

const Code = ({ account }: { readonly account: string }) => {
  const [code, write] = useState("")
  const doing = useDoing()
  const approve = (): void =>
    doing.run(async () => {
      recorded(await post<Changed>("/access/approve", { account, code: code.trim() }))
      write("")
    })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (code.trim() !== "") approve()
      }}
    >
      <input
        aria-label={`The code that somebody told you, of ${account}`}
        placeholder="The code they told you"
        autocomplete="off"
        value={code}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <button type="submit" class="strong">
        Let in
      </button>
      <Wrong doing={doing} />
    </form>
  )
}

const Asker = ({ account, who }: { readonly account: string; readonly who: AccessOf["asking"][number] }) => {
  const doing = useDoing()
  const deny = async (): Promise<void> => {
    await post("/access/deny", { account, kind: who.kind, id: who.id })
    Looking.soon("access")
  }
  return (
    <li>
      <p class="what">
        <Who who={who} /> asked at {moment(who.at, asOf.value)}; the code is good for{" "}
        {countdown(who.until - asOf.value)}
      </p>
      <div class="buttons">
        <Act doing={doing} work={deny} label={`Turn away ${who.id}`}>
          Turn away
        </Act>
      </div>
      <Wrong doing={doing} />
    </li>
  )
}

const Guest = (props: {
  readonly account: string
  readonly who: AccessOf["guests"][number]
  readonly onRemoved: () => void
}) => {
  const { account, who } = props
  const doing = useDoing()
  const remove = async (): Promise<void> => {
    recorded(await del<Changed>(`/access/${account}?id=${encodeURIComponent(who.id)}`))
    props.onRemoved()
  }
  return (
    <li>
      <p class="what">
        <Who who={who} /> let in {moment(who.since, asOf.value)}
      </p>
      <div class="buttons">
        <Sure doing={doing} work={remove} ask="Remove …" sure="Make a stranger again" about={who.id} />
      </div>
      <Wrong doing={doing} />
    </li>
  )
}

const One = ({ all: { account, asking, guests } }: { readonly all: AccessOf }) => {
  const heading = useRef<HTMLHeadingElement>(null)
  return (
    <section aria-label={`Who may talk to ${account}`}>
      <h3 tabIndex={-1} ref={heading}>
        {account}
      </h3>
      <p class="none">
        {asking.length === 0 ? "Nobody asks to be let in" : `${count(asking.length, "stranger")} asked to be let in`};{" "}
        {guests.length === 0 ? "nobody was let in." : `${guests.length} let in.`}
      </p>
      <Code account={account} />
      <ul>
        {asking.map((who) => (
          <Asker key={`asking ${who.kind} ${who.id}`} account={account} who={who} />
        ))}
        {guests.map((who) => (
          <Guest
            key={`guest ${who.kind} ${who.id}`}
            account={account}
            who={who}
            onRemoved={() => heading.current?.focus()}
          />
        ))}
      </ul>
    </section>
  )
}

/** Who asks to talk to a bot and who was let in, of the bots that let strangers ask. */
export const Access = () => {
  const pairing = access.value.filter(({ groupMode, mode }) => mode === "pairing" || groupMode === "pairing")
  return pairing.length === 0 ? null : (
    <section class="letters access" aria-labelledby="access">
      <h2 id="access">Who may talk</h2>
      {pairing.map((all) => (
        <One key={all.account} all={all} />
      ))}
    </section>
  )
}
