// A Telegram that can do one thing: answer polls with 100 updates each, as fast as they are asked for. Runs in a process of its own.
import { createServer } from "node:http"

const events = Number(process.argv[2] ?? 100_000)
const people = 1000
const atOnce = 100

/** One private message as Telegram sends it, 330 bytes. */
const update = (index: number): string => {
  const person = 7_000_000 + (index % people)
  return `{"update_id":${index + 1},"message":{"message_id":${index + 1},"from":{"id":${person},"is_bot":false,"first_name":"Ada","last_name":"L.","username":"ada${person}","language_code":"en"},"chat":{"id":${person},"first_name":"Ada","last_name":"L.","username":"ada${person}","type":"private"},"date":1790000000,"text":"hello, number ${index}"}}`
}

const answers = Array.from({ length: Math.ceil(events / atOnce) }, (_, batch) => {
  const size = Math.min(atOnce, events - batch * atOnce)
  const batchOf = Array.from({ length: size }, (_, index) => update(batch * atOnce + index))
  return Buffer.from(`{"ok":true,"result":[${batchOf.join(",")}]}`)
})

const others: Readonly<Record<string, string>> = {
  getme: '{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"bot","username":"flood_bot"}}',
  getwebhookinfo: '{"ok":true,"result":{"url":"","has_custom_certificate":false,"pending_update_count":0}}'
}

const server = createServer((request, response) => {
  const pieces: Array<Buffer> = []
  request.on("data", (piece: Buffer) => pieces.push(piece))
  request.on("end", () => {
    response.setHeader("content-type", "application/json")
    const method = (request.url ?? "").split("/").at(-1)?.toLowerCase() ?? ""
    if (method !== "getupdates") return response.end(others[method] ?? '{"ok":true,"result":true}')
    const { offset = 1 } = JSON.parse(String(Buffer.concat(pieces)) || "{}")
    const answer = answers[(offset - 1) / atOnce]
    // a poll that has nothing to say is held
    return answer === undefined ? undefined : response.end(answer)
  })
})
server.listen(0, "127.0.0.1", () => process.send?.(server.address()))
