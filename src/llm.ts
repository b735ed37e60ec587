export * as ChatCompletions from "./handler/Llm/ChatCompletions.ts"
export * as Llm from "./handler/Llm.ts"
