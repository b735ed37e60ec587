import { expect, it } from "@effect/vitest"
import { endpoint } from "../../../../src/handler/Llm/ChatCompletions.ts"

it.each([
  ["https://api.example/v1", "https://api.example/v1/chat/completions"],
  ["http://localhost:11434/v1//", "http://localhost:11434/v1/chat/completions"],
  ["https://api.example", "https://api.example/chat/completions"],
  ["https://api.example/d/gpt/?api-version=1", "https://api.example/d/gpt/chat/completions?api-version=1"],
  ["https://api.example?v=1&a=/b", "https://api.example/chat/completions?v=1&a=/b"]
])("%s is asked at %s", (url, asked) => expect(endpoint(url)).toBe(asked))
