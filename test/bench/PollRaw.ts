// The baseline of the polling path: fetch and JSON.parse in a loop, and nothing else.
import { clock, tell } from "./Stage.ts"

const [port, events] = [process.argv[2], Number(process.argv[3])]
const url = `http://127.0.0.1:${port}/bot1:flood/getUpdates`
let read: ReturnType<typeof clock> | undefined
let count = 0
let offset = 1
while (count < events) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ offset, limit: 100, timeout: 25 })
  })
  const { result } = JSON.parse(await response.text())
  read ??= clock()
  for (const update of result) {
    offset = update.update_id + 1
    count += 1
  }
}
tell(read?.(count))
