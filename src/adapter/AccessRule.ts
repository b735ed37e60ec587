import type { ConversationKind } from "../domain/Address.ts"
import type { Event } from "../domain/Event.ts"

/** People, and conversations in which everybody is meant. */
export interface Listed {
  readonly people: ReadonlyArray<string>
  /** by id; one stands for all that lie in it too, `chat:1` also for `chat:1/17` */
  readonly conversations: ReadonlyArray<string>
}

/**
 * A rule of the application's own. It is asked of every event before anything of it is kept, and again when its turn comes,
 * so it answers from what it has at hand. One that throws admits nobody.
 */
export interface Own {
  readonly _tag: "Own"
  readonly admits: (event: Event) => boolean
}

/**
 * Who may talk: everybody; those listed; those listed and whoever an operator lets in, for which anybody else is given a
 * code; those whom a rule of the application's own admits; or nobody yet.
 */
export type Rule =
  | { readonly _tag: "Open" }
  | ({ readonly _tag: "AllowList" | "Pairing" } & Listed)
  | Own
  | { readonly _tag: "Closed"; /** what an operator sets to open it */ readonly remedy: string }

/** Who may talk to an account; with `Apart`, groups and channels have a rule of their own. */
export type AccessRule = Rule | { readonly _tag: "Apart"; readonly direct: Rule; readonly groups: Rule }

/** The rules of an account: of what is said in private, and of all else. */
export const rulesOf = (access: AccessRule): { readonly direct: Rule; readonly groups: Rule } =>
  access._tag === "Apart" ? access : { direct: access, groups: access }

/** The rule that counts in a conversation of that kind. */
export const ruleIn = (access: AccessRule, kind: ConversationKind): Rule => {
  if (access._tag !== "Apart") return access
  return kind === "direct" ? access.direct : access.groups
}

const closure = (rule: Rule, where: string): ReadonlyArray<string> =>
  rule._tag === "Closed" ? [`it answers nobody${where}: ${rule.remedy}`] : []

/** Where an account answers nobody, in words, and what to do about it. */
export const closures = (access: AccessRule): ReadonlyArray<string> =>
  access._tag === "Apart"
    ? [...closure(access.direct, " in private"), ...closure(access.groups, " in groups")]
    : closure(access, "")
