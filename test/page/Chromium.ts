import { existsSync } from "node:fs"
import { type Browser, chromium } from "playwright-core"

/** Where a browser is looked for: as Debian, other systems, and their owners call it. */
const places = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].map(
  (name) => `/usr/bin/${name}`
)

const given = process.env["TEST_CHROMIUM"]
const found = given ?? places.find((path) => existsSync(path))

/** Why there is no browser to test in; undefined when there is one. */
export const missing: string | undefined =
  found === undefined ? `TEST_CHROMIUM is not set and there is none of ${places.join(", ")}` : undefined

/** What keeps it from asking for anything but the page. */
const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--no-first-run",
  "--no-sandbox"
]

export const launch = (): Promise<Browser> => {
  if (found === undefined) throw new Error(missing)
  return chromium.launch({ executablePath: found, args: quiet })
}
