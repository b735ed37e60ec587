// The baseline of the listen path: the ws package and JSON.parse, and nothing else.
import { WebSocket } from "ws"
import { clock, tell } from "./Stage.ts"

const [port, events] = [process.argv[2], Number(process.argv[3])]
const socket = new WebSocket(`ws://127.0.0.1:${port}/websocket`, { perMessageDeflate: false })
let read: ReturnType<typeof clock> | undefined
let count = 0
socket.on("message", (data) => {
  const frame = JSON.parse(String(data))
  if (frame.op === 10) socket.send('{"op":2,"d":{"token":"QQBot flood","intents":0,"shard":[0,1]}}')
  if (frame.t !== "C2C_MESSAGE_CREATE") return
  read ??= clock()
  if (++count === events) tell(read(count))
})
