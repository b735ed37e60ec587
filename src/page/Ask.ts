import * as Skew from "./Skew.ts"

/** The program answered, and not with what was asked for. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string
  ) {
    super(message)
  }
}

/** How long an answer may take; one that settles many dead letters is slow. */
const within = 30_000

const place = "holdfast-token"

/** What proves to the program that an operator asks; kept as long as this tab is open. */
export const token = {
  get: (): string | null => sessionStorage.getItem(place),
  set: (text: string): void => sessionStorage.setItem(place, text),
  forget: (): void => sessionStorage.removeItem(place)
}

export const headers = (): Record<string, string> => {
  const known = token.get()
  return known === null ? {} : { authorization: `Bearer ${known}` }
}

let skew = Skew.unknown

/** What the program's clock says now, as far as its answers tell. */
export const programNow = (): number => Date.now() + Skew.ahead(skew)

/** Learns from an answer what the program's clock says. */
export const dated = (sent: number, response: Response): void => {
  const date = Date.parse(response.headers.get("date") ?? "")
  if (!Number.isNaN(date)) skew = Skew.learn(skew, { dated: date, sent, received: Date.now() })
}

/** What an answer that refuses says for people. */
export const refusal = async (response: Response): Promise<Refused> => {
  const body: unknown = await response.json().catch(() => undefined)
  const message =
    typeof body === "object" && body !== null && "message" in body && typeof body.message === "string"
      ? body.message
      : `the program answered ${response.status} ${response.statusText}`
  return new Refused(response.status, message)
}

const ask = async <A>(path: string, init: RequestInit): Promise<A> => {
  const sent = Date.now()
  const response = await fetch(path, { ...init, cache: "no-store", signal: AbortSignal.timeout(within) })
  dated(sent, response)
  if (!response.ok) throw await refusal(response)
  // the contract says what is in it; nothing is in it where nothing was asked for
  return response.status === 204 ? (undefined as A) : response.json()
}

/** What the program says at a path. `A` is what its contract promises. */
export const get = <A>(path: string): Promise<A> => ask<A>(path, { headers: headers() })

/** Tells the program to do something. */
export const post = <A>(path: string, body: unknown = {}): Promise<A> =>
  ask<A>(path, {
    method: "POST",
    // what a form of another page cannot send
    headers: { ...headers(), "content-type": "application/json" },
    body: JSON.stringify(body)
  })

/** Tells the program to take something away. */
export const del = <A>(path: string): Promise<A> =>
  ask<A>(path, { method: "DELETE", headers: { ...headers(), "content-type": "application/json" } })
