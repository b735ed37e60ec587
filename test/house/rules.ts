import { posix } from "node:path"
import { code, imports, type Source } from "./Source.ts"

/** What is wrong with a file: one line for each thing. */
export type Rule = (source: Source) => ReadonlyArray<string>

/** The room a file is in; each platform is one of its own. */
export const roomOf = (path: string): string => {
  const [, first = "", second = ""] = path.split("/")
  if (first.endsWith(".ts")) return "index"
  return first === "platforms" ? `platforms/${second}` : first
}

/** Imports point down: what each room may know besides itself. `platforms/*` are written as `platforms`. */
const below: Readonly<Record<string, ReadonlyArray<string>>> = {
  domain: [],
  adapter: ["domain"],
  handler: [
    "adapter/AdapterError.ts",
    "adapter/EventStream.ts",
    "adapter/Exchange.ts",
    "adapter/Fields.ts",
    "adapter/HmacSha256.ts",
    "adapter/PublicHttp.ts",
    "adapter/RetryPolicy.ts",
    "adapter/Setting.ts",
    "domain"
  ],
  delivery: ["adapter/ResumeStore.ts", "adapter/Teardown.ts", "handler/Memory.ts", "domain"],
  platforms: ["adapter", "domain"],
  gateway: ["delivery", "handler/Downloads.ts", "handler/Handler.ts", "adapter", "domain"],
  http: ["gateway", "delivery", "handler/Handler.ts", "adapter", "domain"],
  cluster: ["gateway", "delivery", "handler/Handler.ts", "adapter", "domain"],
  node: ["delivery/ProcessTable.ts", "handler/Programs.ts", "adapter", "domain"],
  page: [
    "http/Api.ts",
    "http/Api/Access.ts",
    "http/Api/Accounts.ts",
    "http/Api/DeadLetter.ts",
    "http/Api/Simulated.ts",
    "gateway/Passages/Passage.ts",
    "gateway/Status.ts",
    "gateway/Timeline/Entry.ts",
    "handler/Handler.ts"
  ],
  testing: ["gateway", "delivery", "handler", "adapter", "domain", "platforms"],
  index: ["gateway", "delivery", "handler", "adapter", "domain"],
  cli: ["testing", "http", "cluster", "node", "platforms", "gateway", "delivery", "handler", "adapter", "domain"]
}

const general = (room: string): string => room.replace(/^platforms\/.*/, "platforms")

const targets = (source: Source): ReadonlyArray<string> =>
  imports(source)
    .filter((name) => name.startsWith("."))
    .map((name) => posix.join(posix.dirname(source.path), name))

export const pointDown: Rule = (source) => {
  const room = roomOf(source.path)
  const may = below[general(room)]
  if (may === undefined) return [`${source.path}: there is no room ${room}`]
  return targets(source)
    .filter((target) => target.startsWith("src/"))
    .filter((target) => {
      const to = roomOf(target)
      return to !== room && !may.includes(general(to)) && !may.includes(target.slice("src/".length))
    })
    .map((target) => `${source.path} imports ${target}, which is not below it`)
}

/** A platform's other end is for tests and for people at a terminal. */
export const simulatorsApart: Rule = (source) => {
  const room = roomOf(source.path)
  return targets(source)
    .filter((target) => /^src\/platforms\/[^/]+\/Simulator(\.ts|\/)/.test(target))
    .filter(
      (target) => room !== "testing" && room !== "cli" && !/\/Simulator(\.ts|\/)/.test(source.path) && target !== ""
    )
    .map((target) => `${source.path} imports the simulator ${target}`)
}

/** What a browser is given has nothing of the program in it but the shape of its answers. */
export const typesOnly: Rule = (source) =>
  roomOf(source.path) === "page"
    ? [...source.text.matchAll(/^(?:import|export)\b(?! type\b)[^"'`;]*?\bfrom "(\.\.\/[^"]+)"/gm)].map(
        ([, name]) => `${source.path} imports ${name}, and not only its types`
      )
    : []

const rooms: ReadonlyArray<readonly [RegExp, ReadonlyArray<string>]> = [
  [/^(node:|ws$|undici$|@effect\/platform-node)/, ["node", "cli"]],
  [/^@effect\/cli(\/|$)/, ["cli"]],
  [/^@effect\/ai(\/|$)/, ["handler", "cli"]],
  [/^@effect\/ai-anthropic(\/|$)/, ["cli"]],
  [/^@effect\/cluster(\/|$)/, ["cluster"]],
  [/^@effect\/sql(\/|$)/, ["delivery", "cli"]],
  [/^(libsql|@effect\/(sql-pg|experimental|opentelemetry))(\/|$)/, ["cli"]],
  [/^marked$/, ["domain", "platforms"]],
  [/^(vitest|@effect\/vitest)(\/|$)/, ["testing"]],
  [/^(preact|@preact\/signals)(\/|$)/, ["page"]],
  [/^(effect|@effect\/platform)(\/|$)/, Object.keys(below).filter((room) => room !== "page")]
]

export const packagesInRooms: Rule = (source) =>
  imports(source)
    .filter((name) => !name.startsWith("."))
    .filter((name) => !rooms.some(([pattern, may]) => pattern.test(name) && may.includes(general(roomOf(source.path)))))
    .map((name) => `${source.path} imports ${name}, which is not for its room`)

export const importDeep: Rule = (source) =>
  imports(source)
    .filter((name) => /^(effect|@effect\/[a-z-]+)$/.test(name) && name !== "@effect/vitest")
    .map((name) => `${source.path} imports the barrel ${name}`)

export const relativeEndsInTs: Rule = (source) =>
  imports(source)
    .filter((name) => name.startsWith(".") && !/\.(tsx?|json)$/.test(name))
    .map((name) => `${source.path} imports ${name}, which has no ending`)

/** Lines of a file's code, without comments and strings, that match; those that `excused` lets pass are left out. */
const lines =
  (what: string, pattern: RegExp, excused: (source: Source, line: number) => boolean = () => false): Rule =>
  (source) =>
    code(source.text)
      .split("\n")
      .flatMap((line, index) =>
        pattern.test(line) && !excused(source, index) ? [`${source.path}:${index + 1} ${what}`] : []
      )

const commented = ({ text }: Source, line: number, within: number): boolean =>
  /\/\/ \S/.test(
    text
      .split("\n")
      .slice(Math.max(0, line - within), line + 1)
      .join("\n")
  )

const outer = new Set(["cli", "node", "page"])
const isOuter = (source: Source): boolean => outer.has(roomOf(source.path))

/** In the outer rooms a cast may stand where a comment next to it says why. */
const explained = (source: Source, line: number): boolean =>
  isOuter(source) &&
  /\/\/ \S/.test(
    source.text
      .split("\n")
      .slice(Math.max(0, line - 3), line + 1)
      .join("\n")
  )

const statement = /^(?:import|export)\b[^;{]*?(?:\{[^}]*\})?[^;{}\n]*?\bfrom "[^"]+"(?: with \{[^}]*\})?/gm
const withoutImports =
  (rule: Rule): Rule =>
  (source) =>
    rule({ ...source, text: source.text.replace(statement, (found) => found.replace(/[^\n]/g, " ")) })

export const noCasts: Rule = withoutImports(lines("casts", /\bas\s+(?!const\b)[\w{(["]|\bas$/, explained))
export const noAny: Rule = lines("says any", /[:<|&,(=]\s*any\b(?!\s*[(:])|\bany\s*[>|[]/)
export const noBang: Rule = lines("asserts with !", /[\w)\]"]!(?![=\w])/)

export const throughServices: Rule = (source) =>
  isOuter(source)
    ? []
    : lines(
        "reaches past Effect",
        /(?<![.\w])async(?=\s+[\w(])|(?<![.\w])await\s|\btry\s*\{|(?<![.\w])Date\b|\bset(?:Timeout|Interval)\b|\bMath\.random\b|\bconsole\.|\bprocess\./
      )(source)

export const runAtTheEdge: Rule = (source) =>
  isOuter(source)
    ? []
    : lines(
        "runs an effect",
        /\b(?:Effect|Runtime|ManagedRuntime|Micro)\.(?:unsafe)?[rR]un(?:Promise|Sync|Fork|Callback)/
      )(source)

/** Only what may never come back is left to itself, and a comment next to it says what that is. */
export const scopedForks: Rule = (source) =>
  source.path === "src/adapter/Teardown.ts"
    ? []
    : lines("forks a daemon", /\bforkDaemon\b/, (_, line) => commented(source, line, 10))(source)

/** Whatever is said has been kept before: only the sender makes an adapter say something. */
export const saidBySender: Rule = (source) =>
  source.path === "src/gateway/Sender.ts" || /^src\/(platforms|testing|adapter)\//.test(source.path)
    ? []
    : lines("makes an adapter say something past the outbox", /\badapters?\b.*\.send\b/i)(source)

export const short: Rule = ({ path, text }) => {
  const count = text.trimEnd().split("\n").length
  return count > 300 ? [`${path} has ${count} lines`] : []
}

export const wellNamed: Rule = ({ path }) =>
  path
    .split("/")
    .filter((part) => /^(utils?|helpers?|types?|common|constants|misc|shared|lib)(\.test)?(\.ts)?$/i.test(part))
    .map((part) => `${path}: ${part} says nothing`)

export const noSuffixes: Rule = lines(
  "names a thing by a suffix",
  /\b(?:class|interface|const|type|function)\s+[A-Z]\w*(?:Live|Impl|Manager|Service)\b|\bEffect\.Service\b/
)

const machine = /(?<![\w.~:/-])\/(?:work|tmp|home|root|Users|private)\/[\w.]|registry\.(?:npm|yarn)|npm(?:mirror)/

/** Nothing of the machine that it was written on. */
export const noMachine: Rule = ({ path, text }) =>
  text.split("\n").flatMap((line, index) => (machine.test(line) ? [`${path}:${index + 1} names a machine`] : []))

/** A test's title is a promise in the present tense. */
export const promises: Rule = ({ path, text }) =>
  [...text.matchAll(/\b(?:it|test|describe)(?:\.\w+)*(?:\([^()]*\))?\(\s*["'`]([^"'`\n]*)/g)]
    .filter(([, title = ""]) => /\bshould\b/i.test(title))
    .map(([, title]) => `${path}: "${title}" wishes instead of promising`)
