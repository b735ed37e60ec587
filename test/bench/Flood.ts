// A QQ platform that can do one thing: send very many messages, as fast as they are read, or so many a second, which then
// say when they were sent. Runs in a process of its own.
import { createServer } from "node:http"
import { type WebSocket, WebSocketServer } from "ws"

const events = Number(process.argv[2] ?? 100_000)
const rate = Number(process.argv[3] ?? 0)
const people = 1000

const person = (index: number): string => `7C0E5A9D41B24D7E9A64F0B1${String(index % people).padStart(8, "0")}`

/** The id of a message: in no order, as the platform's are, for a store finds its place by it. */
const idOf = (index: number): string => {
  const scattered = ((index * 2654435761) % 4294967296).toString(16).padStart(8, "0")
  return `ROBOT1.0_${scattered}mple.9a-${index}!`
}

/** One C2C message as the platform sends it, 460 bytes. */
const frame = (index: number, more = ""): string => {
  const openid = person(index)
  return `{"id":"C2C_MESSAGE_CREATE:kq1v0${index}","op":0,"s":${index + 2},"t":"C2C_MESSAGE_CREATE","d":{"id":"${idOf(index)}","author":{"id":"${openid}","user_openid":"${openid}","union_openid":"","username":"","bot":false},"content":"hello, number ${index}${more}","timestamp":"2026-09-10T10:00:00+08:00","message_type":0,"message_scene":{"source":"default","ext":["msg_idx=REFIDX_CAEQx0example=="]}}}`
}

// server frames of 126 to 65 535 bytes: two bytes, then a 16-bit length
const framed = (text: string): Buffer => {
  const body = Buffer.from(text)
  const head = Buffer.alloc(4)
  head[0] = 0x81
  head[1] = 126
  head.writeUInt16BE(body.length, 2)
  return Buffer.concat([head, body])
}

const chunks: Array<Buffer> = []
const flooding = rate === 0 ? events : 0
for (let at = 0; at < flooding; at += 500)
  chunks.push(
    Buffer.concat(Array.from({ length: Math.min(500, flooding - at) }, (_, index) => framed(frame(at + index))))
  )

const flood = (socket: WebSocket): void => {
  // below the ws package, which would frame every message again
  const raw = Reflect.get(socket, "_socket")
  let next = 0
  const write = (): void => {
    while (next < chunks.length) if (!raw.write(chunks[next++])) return void raw.once("drain", write)
  }
  write()
}

/** Milliseconds until somebody speaks next, of very many people who do not wait for one another. */
const silence = (): number => (-Math.log(1 - Math.random()) / rate) * 1000

const drip = (socket: WebSocket): void => {
  let next = 0
  let due = performance.now() + silence()
  const speak = (): void => {
    for (; next < events && due <= performance.now(); due += silence())
      socket.send(frame(next++, ` @${performance.timeOrigin + performance.now()}`))
    if (next < events) setTimeout(speak, due - performance.now())
  }
  speak()
}

const answers: Readonly<Record<string, object>> = {
  "/app/getAppAccessToken": { access_token: "flood", expires_in: "7200" },
  "/gateway/bot": {
    shards: 1,
    session_start_limit: { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 }
  }
}

const server = createServer((request, response) => {
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  const body = { ...answers[request.url ?? ""], url: `ws://127.0.0.1:${port}/websocket` }
  response.setHeader("content-type", "application/json").end(JSON.stringify(body))
})

new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
  socket.send('{"op":10,"d":{"heartbeat_interval":45000}}')
  socket.on("message", (data) => {
    if (JSON.parse(String(data)).op !== 2) return socket.send('{"op":11}')
    socket.send(
      '{"op":0,"s":1,"t":"READY","d":{"version":1,"session_id":"flood","user":{"id":"1","username":"bot","bot":true},"shard":[0,0]}}'
    )
    if (rate === 0) flood(socket)
    else drip(socket)
  })
})
server.listen(0, "127.0.0.1", () => process.send?.(server.address()))
