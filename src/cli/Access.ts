import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { AccountId } from "../domain/Address.ts"
import type { Changed, Meaning } from "../http/Api/Access.ts"
import * as Page from "./Access/Page.ts"
import { ask } from "./Control/Desk.ts"
import * as Desks from "./Control/Desks.ts"
import { keepers } from "./Control/Keepers.ts"
import { named, nobody } from "./Control/Named.ts"
import { print, printJson } from "./Output.ts"
import { line } from "./Printable.ts"
import { codes, type Ended } from "./Process.ts"
import * as Session from "./Session.ts"

interface Json {
  readonly json: boolean
}

export interface MeantOptions extends Json {
  readonly account: string
  readonly code: Option.Option<string>
  readonly person: Option.Option<string>
  readonly group: Option.Option<string>
}

const decode = Schema.decodeUnknown(AccountId)

/** The account that a text means, and the process that keeps it. */
const found = (text: string) =>
  Effect.gen(function* () {
    const desks = yield* Desks.open
    const [name = ""] = yield* named(desks, [text])
    const [desk] = keepers(name, desks.desks)
    if (desk === undefined)
      return yield* Session.fail(
        [`no process answers that keeps ${name}, and nothing was changed: holdfast why ${name} tells more`],
        codes.unanswered
      )
    return { account: yield* Effect.orDie(decode(name)), desk }
  })

/** Whom the arguments mean. */
const meaning = (account: AccountId, { code, group, person }: MeantOptions): Effect.Effect<Meaning, Ended> => {
  const meanings: ReadonlyArray<Meaning> = [
    ...Option.toArray(code).map((code) => ({ account, code: Redacted.make(code) })),
    ...Option.toArray(person).map((id) => ({ account, kind: "person" as const, id })),
    ...Option.toArray(group).map((id) => ({ account, kind: "group" as const, id }))
  ]
  const [one, ...others] = meanings
  return one === undefined || others.length > 0
    ? Session.fail(["say whom: by the code that they were given, or with --person or --group by an id"])
    : Effect.succeed(one)
}

const unrecorded = "It took effect, and is not on record yet: the store takes nothing now. It is tried again by itself."

const changed = (json: boolean, { guests, recorded }: Changed, told: (who: string) => string) =>
  json
    ? printJson([{ guests, recorded }])
    : print(
        [
          ...guests.map(({ id, kind, name }) => told(`${kind} ${line(name === undefined ? id : `${name} (${id})`)}`)),
          ...(recorded ? [] : [unrecorded])
        ].join("\n")
      )

/** Says who may talk to which bot. */
export const list = ({ accounts, json }: Json & { readonly accounts: ReadonlyArray<string> }) =>
  Session.within(() =>
    Effect.gen(function* () {
      const desks = yield* Desks.open
      const names = yield* named(desks, accounts)
      const running = desks.desks.filter(({ process }) => process !== undefined)
      if (running.length === 0) return yield* Session.fail([nobody(desks.store)], codes.unanswered)
      const all = yield* Effect.forEach(running, (desk) =>
        // of an account that is another's it knows nothing yet
        Effect.map(ask(desk, desk.client.access.list({})), (listed) =>
          listed.filter(({ account }) => keepers(account, running)[0] === desk)
        )
      )
      const shown = all.flat().filter(({ account }) => names.length === 0 || names.includes(account))
      yield* json ? printJson(shown) : print(Page.list(shown, yield* Clock.currentTimeMillis))
    }).pipe(Effect.scoped)
  )

/** Lets somebody in. */
export const approve = (options: MeantOptions) =>
  Session.within(() =>
    Effect.gen(function* () {
      const { account, desk } = yield* found(options.account)
      const payload = yield* meaning(account, options)
      const { approve } = desk.client.access
      // a union is taken one by one
      const granted = yield* ask(desk, "code" in payload ? approve({ payload }) : approve({ payload }))
      yield* changed(options.json, granted, (who) => `Let in to ${account}: ${who}.`)
    }).pipe(Effect.scoped)
  )

/** Turns away somebody who asks to be let in. */
export const deny = (options: MeantOptions) =>
  Session.within(() =>
    Effect.gen(function* () {
      const { account, desk } = yield* found(options.account)
      const payload = yield* meaning(account, options)
      const { deny } = desk.client.access
      // a union is taken one by one
      const denied = yield* ask(desk, "code" in payload ? deny({ payload }) : deny({ payload }))
      const said = `Turned away from ${account}: ${denied.kind} ${line(denied.id)}, who gets no other code for a day.`
      yield* options.json ? printJson([denied]) : print(said)
    }).pipe(Effect.scoped)
  )

/** Takes back that somebody was let in. */
export const remove = ({ account: text, id, json }: Json & { readonly account: string; readonly id: string }) =>
  Session.within(() =>
    Effect.gen(function* () {
      const { account, desk } = yield* found(text)
      const gone = yield* ask(desk, desk.client.access.remove({ path: { account }, urlParams: { id } }))
      yield* changed(json, gone, (who) => `Removed from ${account}: ${who}, a stranger from now on.`)
    }).pipe(Effect.scoped)
  )
