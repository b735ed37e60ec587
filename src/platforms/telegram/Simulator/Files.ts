import type { Names } from "./Names.ts"

/** A file that the platform holds. */
export interface StoredFile {
  readonly file_id: string
  readonly file_unique_id: string
  readonly bytes: Uint8Array
  readonly name: string | undefined
  readonly mediaType: string
  /** where it is fetched */
  readonly path: string
}

const extensions: Readonly<Record<string, string>> = {
  photo: "jpg",
  voice: "oga",
  video: "mp4",
  audio: "mp3",
  animation: "mp4",
  video_note: "mp4",
  sticker: "webp"
}

const folders: Readonly<Record<string, string>> = { audio: "music", voice: "voice" }

/** All files, by the ids that bots know them by. */
export class Files {
  private readonly known = new Map<string, StoredFile>()

  constructor(private readonly names: Names) {}

  add(kind: string, bytes: Uint8Array, mediaType: string, name: string | undefined): StoredFile {
    const extension = extensions[kind] ?? /\.([^.]+)$/.exec(name ?? "")?.[1] ?? "bin"
    const path = `${folders[kind] ?? `${kind}s`}/file_${this.names.next()}.${extension}`
    const file = { ...this.names.file(), bytes, mediaType, name, path }
    this.known.set(file.file_id, file)
    return file
  }

  /** By its id, or by the one that the small size of a picture has. */
  find(id: string): StoredFile | undefined {
    return this.known.get(id) ?? this.known.get(id.replace(/s$/, ""))
  }

  at(path: string): StoredFile | undefined {
    return Array.from(this.known.values()).find((file) => file.path === path)
  }
}
