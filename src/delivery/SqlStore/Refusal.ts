import { SqlError } from "@effect/sql/SqlError"
import { StoreRefused } from "../KeyedQueue.ts"

/**
 * What the codes of the drivers mean to whoever has to act. SQLite's result codes (sqlite.org/rescode.html) by their first
 * two words, PostgreSQL's SQLSTATE (appendix A of its manual) whole or by their class of two letters, Node's own for files and
 * connections, and one of ours. What a code means that is not here is not guessed.
 */
export const meanings: Readonly<Record<string, string>> = {
  OUTDATED: "a later program has brought the store up to date: stop this one, and start the later one in its place",
  SQLITE_FULL: "the disk, or its quota, is full: make room",
  SQLITE_BUSY: "another process is writing to the file",
  SQLITE_LOCKED: "another connection is writing to the file",
  SQLITE_READONLY: "the file may only be read: give this user the right to write it and its directory",
  SQLITE_PERM: "the file may not be used: give this user the right to",
  SQLITE_AUTH: "the file may not be used: give this user the right to",
  SQLITE_CANTOPEN: "the file cannot be opened: see that its directory exists and may be written to",
  SQLITE_IOERR: "the disk does not read or write: see to the disk",
  SQLITE_CORRUPT: "the file is damaged: stop, put a backup in its place, and start again",
  SQLITE_NOTADB: "the file is not a database, or is damaged: stop, put a backup in its place, and start again",
  SQLITE_NOMEM: "there is not enough memory",
  SQLITE_TOOBIG: "something is larger than the database takes",
  SQLITE_PROTOCOL: "the file is locked in a way that cannot be waited for",
  "08": "the connection to the database was lost",
  "28": "the database does not let this user in: see to the user and password of the address",
  "3D": "there is no database of that name",
  "40": "the database chose another transaction over this one",
  "53": "the database has run out of something: disk, memory or connections",
  "53100": "the disk of the database is full: make room there",
  "53200": "the database has not enough memory",
  "53300": "the database has no connection left for us",
  "55": "the database is not ready for this, or locked",
  "57": "the database is stopping or starting, or an operator ended the connection",
  "57014": "the database took too long, and the statement was given up",
  "25006": "the database may only be read: it is perhaps a standby",
  "42": "the tables are not as they were made, or this user may not use them",
  "58": "the disk of the database does not read or write",
  XX: "the database is damaged",
  ECONNREFUSED: "nobody listens at the address of the database",
  ECONNRESET: "the connection to the database was lost",
  EPIPE: "the connection to the database was lost",
  ETIMEDOUT: "the database gave no answer",
  EHOSTUNREACH: "the host of the database cannot be reached",
  ENETUNREACH: "the network of the database cannot be reached",
  ENOENT: "the server of the database is not there: its socket does not exist",
  ENOTFOUND: "the host of the database has no address",
  EAI_AGAIN: "the host of the database cannot be looked up now",
  EACCES: "the file or its directory may not be used: give this user the right to write them",
  EPERM: "the file or its directory may not be used: give this user the right to write them",
  EROFS: "the file lies where nothing can be written",
  EISDIR: "there is a directory where the file is to be",
  ENOTDIR: "there is a file where a directory is to be",
  EEXIST: "there is a file where a directory is to be",
  ENOSPC: "the disk is full: make room",
  EDQUOT: "the quota of this user is used up: make room",
  EMFILE: "this process has too many files open",
  ENFILE: "this machine has too many files open"
}

/** What stays as it is until a person has done something; everything else may pass by itself. */
export const lasting: ReadonlySet<string> = new Set([
  "OUTDATED",
  "SQLITE_READONLY",
  "SQLITE_PERM",
  "SQLITE_AUTH",
  "SQLITE_CANTOPEN",
  "SQLITE_CORRUPT",
  "SQLITE_NOTADB",
  "28",
  "3D",
  "42",
  "EACCES",
  "EPERM",
  "EROFS",
  "EISDIR",
  "ENOTDIR",
  "EEXIST"
])

/** The code of what the driver, or Node, threw; undefined where it has none. */
export const codeOf = (cause: unknown): string | undefined => {
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  return typeof code === "string" && code !== "" ? code : undefined
}

/** SQLite kept nothing, because something of that name is kept. */
export const isRepeat = ({ cause }: SqlError): boolean => codeOf(cause) === "SQLITE_CONSTRAINT_UNIQUE"

/** The name under which `meanings` knows a code, if it does. */
const known = (code: string): string | undefined => {
  const [first, second] = code.split("_")
  return [code, `${first}_${second}`, code.slice(0, 2)].find((name) => Object.hasOwn(meanings, name))
}

/** What a failure of the driver means, with its code. */
export const describe = (error: SqlError): string => {
  const code = codeOf(error.cause)
  if (code === undefined) return "the connection to the database was lost, or gave no answer"
  const name = known(code)
  return name === undefined ? `the database answered ${code}` : `${meanings[name]} (${code})`
}

/** A failure of the driver, as whoever used `store` is told of it. */
export const refused = (store: string, error: SqlError): StoreRefused => {
  const name = known(codeOf(error.cause) ?? "")
  return new StoreRefused({
    store,
    cause: describe(error),
    ...(name !== undefined && lasting.has(name) ? { lasting: true } : undefined)
  })
}

/** A failure of Node's to use a file; the place for it is missing where the code alone could mean a socket as well. */
export const refusedFile = (store: string, cause: unknown): StoreRefused =>
  refused(store, new SqlError({ cause: codeOf(cause) === "ENOENT" ? { code: "SQLITE_CANTOPEN" } : cause }))
