import type { Fault } from "../adapter/Simulator.ts"

/**
 * Something that a person can do to a simulated platform: how it is written, what it does, and what is said when it is done.
 * `F` are the faults that its platform knows.
 */
export interface Command<F = Fault> {
  readonly name: string
  /** how its argument is called, and which one is taken when there is none */
  readonly argument?: { readonly name: string; readonly fallback: string }
  readonly help: string
  /** The faults that this argument means; undefined when it means none. */
  readonly faults: (argument: string) => ReadonlyArray<F> | undefined
  readonly done: (argument: string) => string
}

/** A command that always does the same. */
export const fixed = <const Fs extends ReadonlyArray<unknown>>(
  name: string,
  help: string,
  done: string,
  ...faults: Fs
): Command<Fs[number]> => ({ name, help, faults: () => faults, done: () => done })

/** A command about a whole number. */
export const numbered = <const F>(
  name: string,
  argument: { readonly name: string; readonly fallback: string; readonly least: number; readonly most: number },
  help: string,
  done: (value: string) => string,
  faults: (value: number) => ReadonlyArray<F>
): Command<F> => ({
  name,
  argument,
  help,
  done,
  faults: (text) => {
    const value = Number(text)
    return Number.isInteger(value) && value >= argument.least && value <= argument.most ? faults(value) : undefined
  }
})

/** A command about one of a few words, each of which means faults. */
export const chosen = <const Words extends Readonly<Record<string, ReadonlyArray<unknown>>>>(
  name: string,
  argument: { readonly name: string; readonly fallback: keyof NoInfer<Words> & string },
  words: Words,
  help: string,
  done: (word: string) => string
): Command<Words[keyof Words][number]> => {
  const known = (word: string): word is keyof Words & string => Object.hasOwn(words, word)
  return { name, argument, help, done, faults: (word) => (known(word) ? words[word] : undefined) }
}

export const cut = { _tag: "Cut" } as const

/** How a command is typed. */
export const written = ({ argument, name }: Pick<Command<unknown>, "name" | "argument">): string =>
  argument === undefined ? `/${name}` : `/${name} ${argument.fallback}`
