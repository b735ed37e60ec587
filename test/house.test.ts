import { describe, expect, it } from "vitest"
import * as rules from "./house/rules.ts"
import { everything, type Source, sources } from "./house/Source.ts"

const src = sources("src")
const test = sources("test")
const all = everything()

/** Kept apart, so that this file does not name what it forbids. */
const [slash, dot] = ["/", "."]

/** A rule, the files it is for, and snippets that it must find something wrong with, each as if it stood in a file of this path. */
const house: ReadonlyArray<
  readonly [
    promise: string,
    rule: rules.Rule,
    files: ReadonlyArray<Source>,
    bad: ReadonlyArray<readonly [path: string, text: string]>,
    good: ReadonlyArray<readonly [path: string, text: string]>
  ]
> = [
  [
    "imports point down",
    rules.pointDown,
    src,
    [
      ["src/domain/X.ts", 'import type { A } from "../adapter/Adapter.ts"'],
      ["src/platforms/qq/X.ts", 'import * as T from "../telegram/Rest.ts"'],
      ["src/gateway/X.ts", 'import {\n  a,\n  b\n} from "../platforms/qq/Adapter.ts"'],
      ["src/gateway/X.ts", 'import * as Echo from "../handler/Echo.ts"'],
      ["src/node/X.ts", 'export * from "../platforms/qq/Simulator.ts"'],
      ["src/adapter/X.ts", 'const late = import("../gateway/Gateway.ts")'],
      ["src/page/X.ts", 'import type { Gateway } from "../gateway/Gateway.ts"'],
      ["src/attic/X.ts", ""]
    ],
    [
      ["src/gateway/X.ts", 'import type { Handler } from "../handler/Handler.ts"'],
      ["src/platforms/qq/Simulator/X.ts", 'import { code } from "../Protocol.ts"']
    ]
  ],
  [
    "a simulator is for tests and for people",
    rules.simulatorsApart,
    src,
    [
      ["src/platforms/qq/Adapter.ts", 'import { make } from "./Simulator.ts"'],
      ["src/index.ts", 'export * from "./platforms/qq/Simulator/World.ts"']
    ],
    [
      ["src/testing/X.ts", 'import { make } from "../platforms/qq/Simulator.ts"'],
      ["src/node/X.ts", 'import type { Served } from "../adapter/Simulator.ts"']
    ]
  ],
  [
    "packages stay in their rooms",
    rules.packagesInRooms,
    src,
    [
      ["src/platforms/qq/X.ts", 'import WS from "ws"'],
      ["src/gateway/X.ts", 'import { hostname } from "node:os"'],
      ["src/node/X.ts", 'import * as Command from "@effect/cli/Command"'],
      ["src/adapter/X.ts", 'import { expect } from "vitest"'],
      ["src/cli/X.ts", 'import left from "left-pad"'],
      ["src/page/X.ts", 'import * as Effect from "effect/Effect"']
    ],
    [["src/node/X.ts", 'import WS from "ws"\nimport * as Effect from "effect/Effect"']]
  ],
  [
    "the page knows the program's words, and none of its works",
    rules.typesOnly,
    src,
    [
      ["src/page/X.tsx", 'import { Api } from "../http/Api.ts"'],
      ["src/page/X.ts", 'import {\n  due,\n  overdue\n} from "../gateway/Status.ts"']
    ],
    [["src/page/X.ts", 'import type * as Api from "../http/Api.ts"\nimport { get } from "./Ask.ts"']]
  ],
  [
    "modules are imported deep",
    rules.importDeep,
    src,
    [
      ["src/domain/X.ts", 'import { Effect } from "effect"'],
      ["src/node/X.ts", 'import type { Socket } from "@effect/platform"']
    ],
    [["src/domain/X.ts", 'import * as Effect from "effect/Effect"']]
  ],
  [
    "relative imports end in .ts",
    rules.relativeEndsInTs,
    [...src, ...test],
    [["src/domain/X.ts", 'import { a } from "./Address.js"']],
    [["src/domain/X.ts", 'import { a } from "./Address.ts"']]
  ],
  [
    "nothing is cast, except to a constant or where a foreign type is explained",
    rules.noCasts,
    src,
    [
      ["src/domain/X.ts", "const a = b as string"],
      ["src/domain/X.ts", "const a = `${b as string}`"],
      ["src/domain/X.ts", "const a = {\n} as\n  unknown"],
      ["src/node/X.ts", "\n\n\n\nconst a = b as unknown as string"],
      ["src/domain/X.ts", "// because\nconst a = b as string"]
    ],
    [
      ["src/domain/X.ts", 'import * as A from "effect/Array"\nimport { a as b } from "./A.ts"\nconst a = [1] as const'],
      ["src/domain/X.ts", 'const text = "as good as new" // as it was\nconst as = <A>(a: A) => a\nas(text)'],
      ["src/node/X.ts", "// the declared type says less than it does\nconst a = b as unknown as string"]
    ]
  ],
  [
    "nothing is any",
    rules.noAny,
    src,
    [
      ["src/domain/X.ts", "const a: any = 1"],
      ["src/domain/X.ts", "const a: Array<any> = []"],
      ["src/domain/X.ts", "type A = Record<string, any>"]
    ],
    [["src/domain/X.ts", 'const any = "any: any" /* any */']]
  ],
  [
    "nothing is asserted to be there",
    rules.noBang,
    src,
    [
      ["src/domain/X.ts", "const a = b!.c"],
      ["src/domain/X.ts", "f(a[0]!)"]
    ],
    [["src/domain/X.ts", "const a = b !== c && !d && a!=b // wow!"]]
  ],
  [
    "time, chance, the network and the process are reached through Effect",
    rules.throughServices,
    src,
    [
      ["src/gateway/X.ts", "const a = Date.now()"],
      ["src/gateway/X.ts", "const a = new Date()"],
      ["src/gateway/X.ts", "setTimeout(f, 1)"],
      ["src/gateway/X.ts", "const f = async () => 1"],
      ["src/gateway/X.ts", "try {\n  f()\n} catch {}"],
      ["src/gateway/X.ts", "const a = `${Math.random()}`"],
      ["src/gateway/X.ts", "console.log(1)"],
      ["src/gateway/X.ts", "process.exit()"]
    ],
    [
      ["src/gateway/X.ts", 'const entry = "try { Date.now() }" // async\nEffect.async(f)\nconst upDate = 1'],
      ["src/cli/X.ts", "process.exit()"]
    ]
  ],
  [
    "effects run at the edge only",
    rules.runAtTheEdge,
    src,
    [
      ["src/gateway/X.ts", "Effect.runPromise(f)"],
      ["src/testing/X.ts", "Runtime.runFork(runtime)(f)"]
    ],
    [["src/gateway/X.ts", "Stream.runForEachChunk(f)\nSender.run(g)"]]
  ],
  [
    "every fork is scoped",
    rules.scopedForks,
    src,
    [["src/gateway/X.ts", "Effect.forkDaemon(f)"]],
    [["src/gateway/X.ts", "Effect.forkScoped(f)"]]
  ],
  [
    "there is one way to say something, through the outbox (F97)",
    rules.saidBySender,
    src,
    [
      ["src/gateway/Notices.ts", "yield* adapter.send(message)"],
      ["src/gateway/Gateway.ts", "accounts.adapter(account)?.send(message)"],
      ["src/cli/X.ts", "Effect.flatMap(open, (adapter) => adapter.send(message, true))"]
    ],
    [
      ["src/gateway/Sender.ts", "return adapter.send(message)"],
      ["src/cli/X.ts", 'gateway.send(conversation, content, "key")']
    ]
  ],
  [
    "a file has one noun and 300 lines at most",
    rules.short,
    src,
    [["src/gateway/X.ts", "\n".repeat(301) + "x"]],
    [["src/gateway/X.ts", "x\n".repeat(300)]]
  ],
  [
    "files and folders say what they hold",
    rules.wellNamed,
    [...src, ...test],
    [
      ["src/gateway/utils.ts", ""],
      ["src/helpers/X.ts", ""],
      ["test/common.test.ts", ""]
    ],
    [["src/gateway/Types3D.ts", ""]]
  ],
  [
    "nothing is named by a suffix",
    rules.noSuffixes,
    src,
    [
      ["src/gateway/X.ts", "export class GatewayService extends A {}"],
      ["src/gateway/X.ts", "const StoreLive = 1"]
    ],
    [["src/gateway/X.ts", 'const text = "class XImpl"\nconst live = 1']]
  ],
  [
    "nothing names the machine it was written on",
    rules.noMachine,
    all,
    [
      ["README.md", `see ${slash}work/x`],
      ["test/X.ts", `const a = "${slash}tmp/x"`],
      ["package-lock.json", `"resolved": "https://registry${dot}npmjs.org/x"`]
    ],
    [["README.md", `see https://example.org/home/x and .${slash}tmp/x`]]
  ],
  [
    "titles promise",
    rules.promises,
    // this file shows what it forbids
    test.filter(({ path }) => path !== "test/house.test.ts"),
    [
      ["test/X.test.ts", 'it("should work", () => {})'],
      ["test/X.test.ts", 'it.effect.each([1])(\n  "should work", () => {})']
    ],
    [["test/X.test.ts", 'it("says what should be done", () => {})'.replace("should", "must")]]
  ]
]

describe("the house", () => {
  it("has been looked at", () => {
    expect(src.length).toBeGreaterThan(80)
    expect(test.length).toBeGreaterThan(30)
    expect(all.length).toBeGreaterThan(src.length + test.length)
    expect(new Set(src.map(({ path }) => rules.roomOf(path))).size).toBeGreaterThan(8)
  })

  for (const [promise, rule, files, bad, good] of house) {
    describe(promise, () => {
      it(`in all ${files === src ? "of src" : files === test ? "tests" : "files"}`, () => {
        expect(files.length).toBeGreaterThan(30)
        expect(files.flatMap((file) => rule(file))).toEqual([])
      })
      it.each(bad)("and it is noticed otherwise, %s: %j", (path, text) => {
        expect(rule({ path, text })).not.toEqual([])
      })
      it.each(good)("and nothing else is, %s: %j", (path, text) => {
        expect(rule({ path, text })).toEqual([])
      })
    })
  }
})
