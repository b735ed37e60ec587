import { relative } from "node:path"

/** How whoever started this program calls it from where they are: by its name once it is installed, else by its file. */
export const called = (): string => {
  const [, file = ""] = process.argv
  return file.endsWith(".js") ? `node ${relative(process.cwd(), file)}` : "holdfast"
}
