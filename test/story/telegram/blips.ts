import type { Fault } from "../../../src/adapter/Simulator.ts"
import type { TelegramFault } from "../../../src/platforms/telegram/Simulator.ts"

type Faults = ReadonlyArray<Fault | TelegramFault>

const answers = (status: number, body: string, path = "/bot"): Faults => [
  { _tag: "Answer", path, status, body },
  { _tag: "Close", code: status === 200 ? 0 : status }
]

/** What may be wrong for a moment, and how it comes over a bot that is being polled. */
export const blips: ReadonlyArray<readonly [what: string, faults: Faults]> = [
  ["401", [{ _tag: "Unauthorized", code: 401 }]],
  ["404", [{ _tag: "Unauthorized", code: 404 }]],
  ["403 from something in between", answers(403, "<html>Forbidden</html>")],
  ["409", [{ _tag: "Conflict", with: "poller" }, { _tag: "SecondPoller" }]],
  ["HTML with status 200", answers(200, "<html>Please log in to this network</html>")],
  ["HTML with status 200 in place of updates", answers(200, "<html>", "/getUpdates")],
  ["HTML with status 502", answers(502, "<html>Bad Gateway</html>")],
  ["half an answer", answers(200, `{"ok":true,"result":[{"update_id":8712`, "/getUpdates")],
  ["500", answers(500, `{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}`)]
]
