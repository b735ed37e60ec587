import * as Option from "effect/Option"
import { type Fields, isRecord } from "../../../adapter/Fields.ts"
import type { HttpRequest } from "../../../adapter/Simulator.ts"
import { multipart, type UploadedFile } from "../../../adapter/Simulator/Multipart.ts"

const parse = Option.liftThrowable((text: string): unknown => JSON.parse(text))

/** The arguments of one call, however they were written; reading them is as lenient as the platform is. */
export class Arguments {
  private constructor(
    private readonly values: ReadonlyMap<string, unknown>,
    readonly files: ReadonlyMap<string, UploadedFile>
  ) {}

  /** Undefined where the body is not what it says it is. */
  static readonly read = (request: HttpRequest): Arguments | undefined => {
    const query = Array.from(request.url.searchParams)
    const type = request.headers["content-type"] ?? ""
    const made = (more: Iterable<readonly [string, unknown]>, files: ReadonlyMap<string, UploadedFile> = new Map()) =>
      new Arguments(new Map<string, unknown>([...query, ...more]), files)
    if (request.bytes.length === 0) return made([])
    if (type.includes("multipart/form-data")) {
      const form = multipart(type, request.bytes)
      return form && made(form.fields, form.files)
    }
    if (type.includes("application/json")) {
      const body = Option.getOrUndefined(parse(request.body))
      return isRecord(body) ? made(Object.entries(body)) : undefined
    }
    return type.includes("application/x-www-form-urlencoded") ? made(new URLSearchParams(request.body)) : made([])
  }

  has(name: string): boolean {
    return this.text(name) !== ""
  }

  /** What is not there is empty; a number is as good as its digits. */
  text(name: string): string {
    const value = this.values.get(name)
    if (typeof value === "string") return value
    return value === undefined || value === null ? "" : JSON.stringify(value)
  }

  /** What is no number is 0, and what is out of range is brought into it. */
  integer(name: string, otherwise: number, least = -(2 ** 31), most = 2 ** 31 - 1): number {
    if (!this.has(name)) return otherwise
    const value = Number.parseInt(this.text(name), 10)
    return Math.min(most, Math.max(least, Number.isNaN(value) ? 0 : value))
  }

  flag(name: string): boolean {
    return /^(true|yes|1)$/i.test(this.text(name).trim())
  }

  /** A nested value: itself in a JSON body, its JSON text anywhere else. */
  value(name: string): unknown {
    const value = this.values.get(name)
    return typeof value === "string" ? Option.getOrUndefined(parse(value)) : value
  }

  object(name: string): Fields | undefined {
    const value = this.value(name)
    return isRecord(value) ? value : undefined
  }

  /** A file that was uploaded under this name, or under the one that `attach://` refers to. */
  file(name: string): UploadedFile | undefined {
    const [, attached] = /^attach:\/\/(.+)$/.exec(this.text(name)) ?? []
    return this.files.get(name) ?? (attached === undefined ? undefined : this.files.get(attached))
  }

  /** All of them, for the record; files by their sizes. */
  get shown(): Fields {
    return {
      ...Object.fromEntries(this.values),
      ...Object.fromEntries(Array.from(this.files, ([name, { bytes }]) => [name, `${bytes.length} bytes`]))
    }
  }
}
