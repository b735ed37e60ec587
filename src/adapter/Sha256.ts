import * as Context from "effect/Context"

/** The SHA-256 of a text in UTF-8 (FIPS 180-4), as 64 hexadecimal digits in lower case. */
export class Sha256 extends Context.Tag("holdfast/Sha256")<Sha256, (text: string) => string>() {}
