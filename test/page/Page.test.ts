import axe from "axe-core"
import { Effect, Exit, Scope } from "effect"
import type { Browser, BrowserContext, Locator, Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { Program } from "../cli/program.ts"
import { qq } from "../cli/served.ts"
import { freePort } from "../node/freePort.ts"
import * as Chromium from "./Chromium.ts"

it("has a browser where one is required", () => {
  expect(process.env["CI_REQUIRE_CHROMIUM"] === "1" ? Chromium.missing : undefined).toBeUndefined()
})

const where = Chromium.missing === undefined ? "in a browser" : `in a browser (skipped: ${Chromium.missing})`

/** What shows within a moment, however busy the machine is. */
const polled = { timeout: 20_000 }

/** What a stranger might be called, or say. */
const hostile = `</script><img src=x onerror="document.title='owned'"><b>"'&amp;`

describe.skipIf(Chromium.missing !== undefined)(`the page, ${where}`, () => {
  let port = 0
  let program: Program
  let browser: Browser
  let context: BrowserContext
  let page: Page
  /** what ends with the tests, and the other end of a bot that is not of the rehearsal */
  const scope = Effect.runSync(Scope.make())
  let stranger: Effect.Effect.Success<typeof qq>["simulator"]
  /** what the browser complained about, and what it asked for elsewhere */
  const complaints: Array<string> = []
  const elsewhere: Array<string> = []

  const run = (env: Record<string, string> = {}) => {
    program = new Program(["run"], { env: { HOLDFAST_API_PORT: String(port), ...env } })
  }

  beforeAll(async () => {
    port = await Effect.runPromise(freePort)
    run()
    browser = await Chromium.launch()
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    await context.addInitScript(axe.source)
    page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))
    page.on("request", (request) => {
      const { host, protocol } = new URL(request.url())
      if (protocol !== "data:" && host !== `127.0.0.1:${port}`) elsewhere.push(request.url())
    })
  }, 60_000)

  afterAll(async () => {
    await browser.close()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  const card = (account: string): Locator => page.getByRole("article", { name: account })
  const press = (name: RegExp | string, on: Locator | Page = page) => on.getByRole("button", { name }).click()
  const sees = (text: RegExp | string, on: Locator | Page = page) => on.getByText(text).first().waitFor()
  const heading = (name: RegExp | string) => page.getByRole("heading", { level: 1, name }).waitFor()
  const say = async (account: string, text: string) => {
    await page.getByLabel(`Say something to ${account}`).fill(text)
    await page.keyboard.press("Enter")
  }
  /** As a program of the operator's does. */
  const send = (conversation: string, text: string, key = "build-17") =>
    fetch(`http://127.0.0.1:${port}/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ conversation, text, key })
    })
  const said = (account: string, who: string) => card(account).locator(`.chat .${who} .text`)
  // what runs in the browser is text here: this side knows no documents
  const focused = () => page.evaluate<string>("document.activeElement.textContent")
  const focusedLabel = () => page.evaluate<string | null>("document.activeElement.getAttribute('aria-label')")
  const violations = async () => {
    const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document)")
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ failureSummary, html }) => `${id}: ${html} ${failureSummary}`)
    )
  }

  it("is where the rehearsal says, and shows what is true", async () => {
    const [, address = ""] = await program.says(/Watch both at {2}(\S+)/)
    expect(address).toBe(`http://127.0.0.1:${port}/`)
    await program.says(/telegram:demo +connected/)
    await page.goto(address)
    await heading("Both accounts are connected.")
    await sees("demo-bot", card("qq:demo"))
    await sees(/last sign of life \d+s ago/, card("telegram:demo"))
  })

  it("lets a person talk to a bot by the keyboard alone, and shows what strangers say as they said it", async () => {
    await page.getByLabel("Say something to qq:demo").waitFor()
    for (let presses = 0; (await focusedLabel()) !== "Say something to qq:demo"; presses++) {
      expect(presses).toBeLessThan(20)
      await page.keyboard.press("Tab")
    }
    await page.keyboard.type(hostile)
    await page.keyboard.press("Enter")
    await said("qq:demo", "bot").getByText(hostile, { exact: true }).waitFor()
    expect(await page.title()).toBe("Holdfast")
    await program.says(/you +qq:demo +<\/script>/)
    // what came in and went out is drawn within the second
    await sees("1/min", card("qq:demo"))
  })

  it("shows an outage as it appears and as it heals, and tells it in the timeline", async () => {
    await press(/^\/down: /, card("qq:demo"))
    await heading(/^qq:demo is (reconnecting|connecting)/)
    await sees(/attempt \d+ in/, card("qq:demo"))
    await sees(/^away since \d\d:\d\d:\d\d/, card("qq:demo"))
    await expect.poll(() => page.title(), polled).toBe("(1) Holdfast")
    const band = card("qq:demo").getByRole("slider")
    await band.focus()
    await page.keyboard.press("End")
    await expect.poll(() => band.getAttribute("aria-valuetext"), polled).toMatch(/^\d\d:\d\d:\d\d, .*connect/)
    await expect.poll(() => card("qq:demo").locator(".segment.waiting").count(), polled).toBeGreaterThan(0)
    expect(await card("telegram:demo").locator(".segment.waiting").count()).toBe(0)
    await press(/^\/heal: /, card("qq:demo"))
    await heading("Both accounts are connected.")
    await sees("qq:demo is connected.")
  })

  it("pauses and resumes by one button, which keeps the focus", async () => {
    await page.getByRole("button", { name: "Pause qq:demo" }).focus()
    await page.keyboard.press("Enter")
    await sees("by an operator, until it is resumed", card("qq:demo"))
    await heading("qq:demo is paused.")
    await expect.poll(focused, polled).toBe("Resume qq:demo")
    await page.keyboard.press("Enter")
    await heading("Both accounts are connected.")
    await expect.poll(focused, polled).toBe("Pause qq:demo")
  })

  it("retries a dead letter, and asks before it drops one", async () => {
    const letters = page.getByRole("region", { name: "Put aside" })
    await send("telegram:demo/chat:7001", "the build is green")
    await sees(/the person never wrote to the bot/, letters)
    await sees(", 1 dead", card("telegram:demo"))
    await say("telegram:demo", "now I have")
    await said("telegram:demo", "bot").getByText("now I have").waitFor()
    await press(/^Retry telegram:demo/, letters)
    await sees("Nothing was put aside", letters)
    await expect.poll(focused, polled).toBe("Put aside")
    await said("telegram:demo", "bot").getByText("the build is green").waitFor()
    await send("telegram:demo/chat:4242", "x", "<script>document.title=1</script>")
    await press(/^Drop … telegram:demo/, letters)
    await press("Keep", letters)
    await press(/^Drop … telegram:demo/, letters)
    await press(/^Drop for ever: /, letters)
    await sees("Nothing was put aside", letters)
    await send("telegram:demo/chat:4242", "left to look at", "x".repeat(200))
    await sees(/the person never wrote to the bot/, letters)
  })

  it("says what a person has to do about a parked account, and tries it at their word", async () => {
    await press(/^\/unauthorized: /, card("telegram:demo"))
    await sees(/A person is needed\..*@BotFather/, card("telegram:demo"))
    await press(/^\/heal: /, card("telegram:demo"))
    await press("Try now telegram:demo", card("telegram:demo"))
    await heading("Both accounts are connected.")
  })

  it.each(["light", "dark"] as const)(
    "is accessible in the %s, with an outage and a dead letter to show",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
      await press(/^\/ban: /, card("qq:demo"))
      await sees("A person is needed.", card("qq:demo"))
      await card("qq:demo").getByText("What happened").click()
      expect(await violations()).toEqual([])
      await card("qq:demo").getByText("What happened").click()
      await press(/^\/heal: /, card("qq:demo"))
      await press("Try now qq:demo", card("qq:demo"))
      await heading("Both accounts are connected.")
    }
  )

  it("fits a telephone, and nothing is pushed out at its side", async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360)
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  it("does not take silence for well-being: a program that hangs is lost within 15 s, and found again", async () => {
    const other = await context.newPage()
    other.setDefaultTimeout(20_000)
    await other.clock.install()
    await other.goto(`http://127.0.0.1:${port}/`)
    await sees("Both accounts are connected.", other)
    program.signal("SIGSTOP")
    await other.clock.fastForward(16_000)
    await sees(/The page has lost the program since .*: it says nothing any more/, other)
    program.signal("SIGCONT")
    await sees("Both accounts are connected.", other)
    await other.close()
  })

  it("says that it has lost the program, since when, and shows nothing old as new (F43)", async () => {
    program.signal("SIGKILL")
    await sees("The page has lost the program")
    await heading("Nothing is known now.")
    await expect.poll(() => page.title(), polled).toBe("? Holdfast")
    expect(await card("qq:demo").count()).toBe(1)
    // that the program is not there is what the browser complains about
    expect(complaints.splice(0).filter((text) => !/ERR_|Failed to load resource/.test(text))).toEqual([])
  })

  it("asks for the token that another program has by now, refuses another, and shows that one", async () => {
    const { env, simulator } = await Effect.runPromise(Scope.extend(qq, scope))
    stranger = simulator
    const handler = { HOLDFAST_HANDLER: "exec", HOLDFAST_EXEC: "false", HOLDFAST_EXEC_MODE: "ndjson" }
    run({ ...env, ...handler, QQ_ACCESS: "pairing", HOLDFAST_API_TOKEN: "a-token-of-the-operator" })
    const field = page.getByLabel("Its token, HOLDFAST_API_TOKEN")
    await field.waitFor()
    await field.fill("some-other-token")
    await page.keyboard.press("Enter")
    await sees("That is not its token.")
    expect(await violations()).toEqual([])
    await field.fill("a-token-of-the-operator")
    await page.keyboard.press("Enter")
    await heading("The account is connected.")
    expect(await card("qq:demo").count()).toBe(0)
    await page.reload()
    await heading("The account is connected.")
    expect(page.url()).not.toContain("token")
    expect(complaints.splice(0).filter((text) => !/ERR_|401/.test(text))).toEqual([])
  })

  it("says what stands behind a handler and fails, since when, and why", async () => {
    const answers = page.getByRole("region", { name: "What answers" })
    await sees(/^has failed since \d\d:\d\d:\d\d, for /, answers)
    await sees(/false/, answers.locator(".why"))
    await expect.poll(() => page.title(), polled).toBe("(1) Holdfast")
    expect(await violations()).toEqual([])
  })

  it("lets a stranger in by the code that they were given, and makes them a stranger again", async () => {
    const who = page.getByRole("region", { name: "Who may talk to qq:main" })
    await sees("Nobody asks to be let in; nobody was let in.", who)
    const conversation = "c2c:0123456789ABCDEF0123456789ABCDEF"
    await Effect.runPromise(stranger.hear({ conversation, text: "let me in" }))
    await sees("1 stranger asked to be let in", who)
    const code = await Effect.runPromise(
      stranger.said.pipe(
        Effect.map((said) => /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(said.at(-1)?.text ?? "")?.[0]),
        Effect.delay("50 millis"),
        Effect.repeat({ until: (code) => code !== undefined })
      )
    )
    const field = who.getByLabel("The code that somebody told you, of qq:main")
    await field.fill("AAAA-AAAA")
    await page.keyboard.press("Enter")
    await who.getByRole("alert").filter({ hasText: /\w/ }).waitFor()
    expect(await violations()).toEqual([])
    await field.fill(String(code))
    await page.keyboard.press("Enter")
    await sees("1 let in", who)
    await press(/^Remove /, who)
    await press(/^Make a stranger again/, who)
    await sees("nobody was let in.", who)
    await expect.poll(focused, polled).toBe("qq:main")
    expect(complaints.splice(0).filter((text) => !/409/.test(text))).toEqual([])
  })

  it("asks before it removes an account, and brings back what is configured when that is read anew", async () => {
    await press("Remove … qq:main", card("qq:main"))
    await press("Keep qq:main", card("qq:main"))
    expect(await card("qq:main").count()).toBe(1)
    await press("Remove … qq:main", card("qq:main"))
    await press("Remove until a reload: qq:main", card("qq:main"))
    await heading("This process keeps no account.")
    await expect.poll(() => card("qq:main").count(), polled).toBe(0)
    await expect.poll(focused, polled).toBe("This process keeps no account.")
    await press("Reload … the configuration")
    await press("Read the configuration anew: the configuration")
    await sees("added qq:main")
    await heading("The account is connected.")
    expect(await violations()).toEqual([])
  })

  it("asks nobody else for anything, and the browser has nothing to complain about", () => {
    expect(elsewhere).toEqual([])
    expect(complaints).toEqual([])
  })
})
