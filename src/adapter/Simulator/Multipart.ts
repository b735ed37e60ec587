export interface UploadedFile {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array
}

export interface Form {
  readonly fields: ReadonlyMap<string, string>
  readonly files: ReadonlyMap<string, UploadedFile>
}

const encoder = new TextEncoder()
const utf8 = new TextDecoder()

/** Where `needle` begins in `bytes`, from `start` on; -1 where it does not. */
const find = (bytes: Uint8Array, needle: Uint8Array, start: number): number => {
  for (let at = bytes.indexOf(needle[0] ?? 0, start); at >= 0; at = bytes.indexOf(needle[0] ?? 0, at + 1)) {
    if (needle.every((byte, index) => bytes[at + index] === byte)) return at
  }
  return -1
}

const parameter = (header: string, name: string): string | undefined => {
  const [, quoted, bare] = new RegExp(`[; ]${name}=(?:"([^"]*)"|([^;\\r\\n]+))`, "i").exec(header) ?? []
  return quoted ?? bare
}

/** Reads a `multipart/form-data` body (RFC 7578); undefined where it is none. */
export const multipart = (contentType: string, bytes: Uint8Array): Form | undefined => {
  const boundary = parameter(contentType, "boundary")
  if (boundary === undefined) return undefined
  const fields = new Map<string, string>()
  const files = new Map<string, UploadedFile>()
  const delimiter = encoder.encode(`\r\n--${boundary}`)
  const gap = encoder.encode("\r\n\r\n")
  // the first delimiter has no line before it
  let at = find(bytes, delimiter.subarray(2), 0)
  if (at < 0) return undefined
  at += delimiter.length - 2
  for (;;) {
    const body = find(bytes, gap, at)
    const end = find(bytes, delimiter, at)
    if (body < 0 || end < 0) return { fields, files }
    const headers = utf8.decode(bytes.subarray(at, body))
    const name = parameter(headers, "name")
    const file = parameter(headers, "filename")
    const content = bytes.slice(body + gap.length, end)
    const [, mediaType = "application/octet-stream"] = /content-type:\s*([^\r\n;]+)/i.exec(headers) ?? []
    if (name !== undefined && file !== undefined) files.set(name, { name: file, mediaType, bytes: content })
    else if (name !== undefined) fields.set(name, utf8.decode(content))
    at = end + delimiter.length
  }
}
