import { createServer } from "node:http"

/** An endpoint of its own process, which does what a person writes; it prints its port, and whom it heard when it is asked. */
const heard = []

const json = (response, value) => {
  response.writeHead(200, { "content-type": "application/json" })
  response.end(JSON.stringify(value))
}
const stream = (response) => response.writeHead(200, { "content-type": "application/x-ndjson" })

/** Writes as fast as it is read, for ever or so many times. */
const pour = (response, text, times = Number.POSITIVE_INFINITY) => {
  let count = 0
  const more = () => {
    while (count < times) {
      count += 1
      if (!response.write(text)) return response.once("drain", more)
    }
    response.end()
  }
  more()
}

const faults = {
  never: () => {},
  slow: (response) => {
    stream(response).write('{"piece":"slowly "}\n')
    setTimeout(() => response.end('{"piece":"but surely"}\n'), 300)
  },
  silent: (response) => stream(response).write('{"piece":"and then "}\n'),
  cut: (response) => {
    stream(response).write('{"piece":"this is only half of "}\n')
    setTimeout(() => response.destroy(), 50)
  },
  broken: (response) => response.writeHead(500).end("<html>a stack trace</html>"),
  busy: (response) => response.writeHead(429, { "retry-after": "1" }).end(),
  malformed: (response) => json(response, { message: "hello" }),
  huge: (response) => pour(response.writeHead(200, { "content-type": "text/plain" }), "x".repeat(65_536)),
  endless: (response) => pour(stream(response), `{"piece":"${"y".repeat(65_536)}"}\n`),
  flood: (response) => pour(stream(response), '{"text":"again"}\n', 100_000),
  refused: (response) => response.writeHead(500).end("z".repeat(10_000_000))
}

const server = createServer(async (request, response) => {
  response.on("error", () => {})
  const text = Buffer.concat(await request.toArray()).toString()
  if (request.url === "/heard") return json(response, heard)
  const { event } = JSON.parse(text)
  const tries = heard.filter(({ key }) => key === request.headers["idempotency-key"]).length
  heard.push({ key: request.headers["idempotency-key"], text: event.text })
  const fault = faults[event.text]
  // what is busy is so once
  if (fault === undefined || (event.text === "busy" && tries > 0))
    return json(response, { text: `heard ${event.text}` })
  fault(response)
})

server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`))
