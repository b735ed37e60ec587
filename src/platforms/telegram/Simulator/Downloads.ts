import * as Effect from "effect/Effect"
import type { HttpAnswer } from "../../../adapter/Simulator.ts"
import { bad, ok, refuse, Refused } from "./Answers.ts"
import type { Method } from "./Call.ts"
import type { World } from "./World.ts"

export const getFile: Method = (world, { args }) =>
  Effect.suspend(() => {
    const id = args.text("file_id")
    if (id === "") return bad("file_id not specified")
    const file = world.files.find(id)
    if (file === undefined) return bad("wrong file_id or the file is temporarily unavailable")
    if (file.bytes.length > world.options.downloadLimit) return bad("file is too big")
    const { bytes, file_unique_id, path } = file
    return Effect.succeed(ok({ file_id: id, file_unique_id, file_size: bytes.length, file_path: path }))
  })

/** The bytes of a file, at the path that getFile gave. */
export const download = (world: World, path: string): HttpAnswer => {
  const file = world.files.at(path)
  return file === undefined
    ? refuse(new Refused({ code: 404, description: "Not Found" }))
    : { status: 200, headers: { "content-type": "application/octet-stream" }, body: file.bytes }
}
