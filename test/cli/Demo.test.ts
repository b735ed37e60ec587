import { describe, expect, it } from "vitest"
import { Program } from "./program.ts"

describe.concurrent("holdfast run, without accounts", () => {
  it("lets a newcomer talk to a bot, cut its line, and see what was written meanwhile answered", async () => {
    const demo = new Program(["run"])
    await demo.says(/Write to it/)
    await demo.says(/gateway +connected as demo-bot/)
    demo.type("hello")
    await demo.says(/bot +hello/)
    demo.type("/cut", "are you there?")
    await demo.says(/gateway .*attempt \d+ in /)
    await demo.says(/gateway +connected as demo-bot after .*nothing missed/)
    await demo.says(/bot +are you there\?/)
    expect(demo.stdout.match(/bot +are you there\?/g)).toHaveLength(1)
    demo.type("/status")
    await demo.says(/qq:demo has been connected for \d.*; adapter 1, .*, no gaps/)
    demo.type("/quit")
    expect(await demo.ended).toBe(0)
    expect(demo.stderr).toBe("")
  })

  it("comes back from a platform that was gone, a close with a code, and a ban that was lifted", async () => {
    const demo = new Program(["run"])
    await demo.says(/connected as demo-bot/)
    demo.type("/down")
    await demo.says(/attempt 3 in/)
    demo.type("/heal")
    await demo.says(/connected as demo-bot after/)
    demo.type("/close 4009")
    await demo.says(/connected as demo-bot after/, 2)
    demo.type("/ban")
    await demo.says(/parked: .*lift the ban/)
    demo.type("/heal", "/restart")
    await demo.says(/connected as demo-bot after/, 3)
  })

  it("finds a half-open line by itself", async () => {
    const demo = new Program(["run"])
    await demo.says(/connected as demo-bot/)
    demo.type("/silence", "anybody?")
    await demo.says(/bot +anybody\?/)
    expect(demo.stdout).toMatch(/no answer|no sign of life/)
  })

  it("goes on when its input runs dry, until it is asked to stop", async () => {
    const demo = new Program(["run"])
    demo.type("early")
    demo.leave()
    await demo.says(/connected as demo-bot/)
    demo.signal("SIGTERM")
    expect(await demo.ended).toBe(0)
  })

  it("--json says everything one object a line", async () => {
    const demo = new Program(["run", "--json"])
    await demo.says(/connected as demo-bot/)
    demo.type("hello", "/close")
    await demo.says(/after .*nothing missed/)
    demo.type("/quit")
    expect(await demo.ended).toBe(0)
    const all = demo.stdout
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line))
    expect(all).toContainEqual(expect.objectContaining({ who: "bot", text: "hello" }))
    expect(all).toContainEqual(
      expect.objectContaining({
        who: "gateway",
        detail: expect.objectContaining({ account: "qq:demo", state: expect.objectContaining({ _tag: "Connected" }) })
      })
    )
  })

  it("a mistyped variable that would have made an account is pointed at", async () => {
    const demo = new Program(["run"], { env: { QQ_APPID: "1" } })
    await demo.says(/nothing reads QQ_APPID: did you mean QQ_APP_ID\?/)
    await demo.says(/connected as demo-bot/)
  })
})
