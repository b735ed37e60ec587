import { SqlError } from "@effect/sql/SqlError"
import { describe, expect, it } from "vitest"
import { StoreRefused } from "../../../src/delivery/KeyedQueue.ts"
import {
  describe as tell,
  lasting,
  meanings,
  refused as refusal,
  refusedFile
} from "../../../src/delivery/SqlStore/Refusal.ts"

const refused = (code: unknown) => tell(new SqlError({ cause: { code, message: "not read" }, message: "neither" }))

describe("what a driver's code means", () => {
  it.each(Object.entries(meanings))("is told with it, %s", (code, meaning) => {
    const whole = code.length === 2 ? `${code}Z99` : code
    expect(refused(whole)).toBe(`${meaning} (${whole})`)
  })

  it.each([
    ["SQLITE_IOERR_WRITE", "the disk does not read or write: see to the disk (SQLITE_IOERR_WRITE)"],
    ["SQLITE_BUSY_SNAPSHOT", "another process is writing to the file (SQLITE_BUSY_SNAPSHOT)"],
    ["57P01", "the database is stopping or starting, or an operator ended the connection (57P01)"],
    ["23505", "the database answered 23505"],
    ["SQLITE_MISUSE", "the database answered SQLITE_MISUSE"]
  ])("is found by its kind, and is not guessed: %s", (code, told) => {
    expect(refused(code)).toBe(told)
  })

  it("is that of a lost connection where the driver has no code, whatever its words", () => {
    for (const code of [undefined, "", 7]) expect(refused(code)).toContain("the connection to the database was lost")
    expect(tell(new SqlError({ cause: "password=1234" }))).not.toContain("1234")
  })
})

describe("what waiting does not mend", () => {
  const isLasting = (code: string) => refusal("store", new SqlError({ cause: { code } })).lasting === true

  it.each([...lasting])("is known by its code, %s, and has a meaning", (code) => {
    expect(Object.keys(meanings)).toContain(code)
    expect(isLasting(code.length === 2 ? `${code}Z99` : code)).toBe(true)
    if (code.startsWith("SQLITE_")) expect(isLasting(`${code}_MORE`)).toBe(true)
  })

  it.each([
    ...Object.keys(meanings).filter((code) => !lasting.has(code)),
    "SQLITE_MISUSE",
    "23505",
    "toString",
    "constructor"
  ])("is nothing else: %s may pass", (code) => {
    expect(isLasting(code.length === 2 ? `${code}Z99` : code)).toBe(false)
  })

  it("is a file that has no place to lie in, while a socket that is not there may come", () => {
    const cause = { code: "ENOENT" }
    expect(refusedFile("store", cause)).toMatchObject({
      cause: expect.stringContaining("its directory"),
      lasting: true
    })
    expect(refusedFile("store", { code: "ENOSPC" }).lasting).toBeUndefined()
    expect(refusal("store", new SqlError({ cause })).lasting).toBeUndefined()
  })

  it("is no lost connection", () => {
    expect(refusal("store", new SqlError({ cause: new Error("password=1234") }))).toEqual(
      new StoreRefused({ store: "store", cause: "the connection to the database was lost, or gave no answer" })
    )
  })
})
