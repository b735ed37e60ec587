import type * as LanguageModel from "@effect/ai/LanguageModel"
import type * as Prompt from "@effect/ai/Prompt"
import * as Tool from "@effect/ai/Tool"
import * as Base64 from "../../../domain/Base64.ts"

/** As the chat completions API has it: https://platform.openai.com/docs/api-reference/chat/create */
type Json = { readonly [field: string]: unknown }

const url = ({ data, mediaType }: Prompt.FilePart): string =>
  data instanceof URL ? data.href : `data:${mediaType};base64,${typeof data === "string" ? data : Base64.encode(data)}`

const asked = (part: Prompt.UserMessagePart): Json =>
  part.type === "text" ? { type: "text", text: part.text } : { type: "image_url", image_url: { url: url(part) } }

/** Many a server takes a list of parts only where it is needed. */
const content = (parts: ReadonlyArray<Prompt.UserMessagePart>): unknown => {
  const [first, ...more] = parts
  return first?.type === "text" && more.length === 0 ? first.text : parts.map(asked)
}

const called = (part: Prompt.AssistantMessagePart): ReadonlyArray<Json> =>
  part.type === "tool-call"
    ? [{ id: part.id, type: "function", function: { name: part.name, arguments: JSON.stringify(part.params) } }]
    : []

const answered = ({ content }: Prompt.AssistantMessage): Json => {
  const text = content.map((part) => (part.type === "text" ? part.text : "")).join("")
  const calls = content.flatMap(called)
  return { role: "assistant", content: text, ...(calls.length === 0 ? undefined : { tool_calls: calls }) }
}

const messages = (message: Prompt.Message): ReadonlyArray<Json> => {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: message.content }]
    case "user":
      return [{ role: "user", content: content(message.content) }]
    case "assistant":
      return [answered(message)]
    case "tool":
      return message.content.map(({ id, result }) => ({
        role: "tool",
        tool_call_id: id,
        content: typeof result === "string" ? result : JSON.stringify(result)
      }))
  }
}

const tool = ({ description, name, parametersSchema }: Tool.Any): Json => ({
  type: "function",
  function: {
    name,
    ...(description === undefined ? undefined : { description }),
    parameters: Tool.getJsonSchemaFromSchemaAst(parametersSchema.ast)
  }
})

const choice = (given: LanguageModel.ProviderOptions["toolChoice"]): unknown => {
  if (typeof given === "string") return given
  return "tool" in given ? { type: "function", function: { name: given.tool } } : (given.mode ?? "auto")
}

const format = ({ responseFormat }: LanguageModel.ProviderOptions): Json | undefined =>
  responseFormat.type === "text"
    ? undefined
    : {
        response_format: {
          type: "json_schema",
          json_schema: {
            name: responseFormat.objectName,
            schema: Tool.getJsonSchemaFromSchemaAst(responseFormat.schema.ast)
          }
        }
      }

/** The body of a request for a streamed answer. */
export const body = (
  options: LanguageModel.ProviderOptions,
  model: { readonly model: string; readonly answerTokens?: number | undefined }
): Json => ({
  model: model.model,
  stream: true,
  messages: options.prompt.content.flatMap(messages),
  ...(model.answerTokens === undefined ? undefined : { max_tokens: model.answerTokens }),
  ...(options.tools.length === 0
    ? undefined
    : { tools: options.tools.map(tool), tool_choice: choice(options.toolChoice) }),
  ...format(options)
})
