/** Reading what came from outside, field by field: what is not as it should be is undefined. */
export type Fields = { readonly [field: string]: unknown }

export const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const noFields: Fields = Object.freeze({})
const noItems: ReadonlyArray<never> = Object.freeze([])

export const record = (value: unknown): Fields => (isRecord(value) ? value : noFields)

export const array = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : noItems)

export const string = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** Text that says something: an empty string is as good as none. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

export const integer = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) ? value : undefined
