import { useEffect, useRef, useState } from "preact/hooks"
import { Act, useDoing, Wrong } from "./Act.tsx"
import { post } from "./Ask.ts"
import * as Looking from "./Looking.ts"
import { chats } from "./Store.ts"
import type { Line, Simulation } from "./Wire.ts"
import { moment } from "./Words.ts"

const Said = ({ line }: { readonly line: Line }) => (
  <div class={`line ${line.who}`}>
    <span class="unseen">{line.who}: </span>
    <span class="text">{line.text}</span>
    <time>{moment(line.at, line.at)}</time>
  </div>
)

/** The person at the other end of a simulated platform, and what they can do to it. */
export const Chat = ({ simulation }: { readonly simulation: Simulation }) => {
  const { account, manual, title } = simulation
  const [text, write] = useState("")
  const [saying, doing] = [useDoing(), useDoing()]
  const list = useRef<HTMLDivElement>(null)
  const lines = chats.value.get(account) ?? []
  const newest = lines.at(-1)?.id
  useEffect(() => list.current?.scrollTo({ top: list.current.scrollHeight }), [newest])
  const say = (): void => {
    write("")
    saying.run(async () => {
      await post(`/simulated/${account}/say`, { text })
      Looking.soon("chats")
    })
  }
  const hurt = (line: string) => async (): Promise<void> => {
    await post(`/simulated/${account}/fault`, { line })
    Looking.soon("chats")
  }
  return (
    <section class="chat" aria-label={`Talk to ${account}`}>
      <div class="log" ref={list} tabIndex={0} role="log" aria-label={`What was said on ${title}`}>
        {lines.length === 0 ? <p class="line platform">Write to the bot; it repeats what it hears.</p> : null}
        {lines.map((line) => (
          <Said key={line.id} line={line} />
        ))}
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim() !== "") say()
        }}
      >
        <input
          aria-label={`Say something to ${account}`}
          placeholder="Say something"
          autocomplete="off"
          maxLength={4000}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
        />
        <button type="submit" class="strong">
          Say
        </button>
      </form>
      <div class="faults" role="group" aria-label={`What can go wrong on ${title}`}>
        {manual.map(({ meaning, typed }) => (
          <Act
            key={typed}
            doing={doing}
            work={hurt(typed)}
            title={meaning}
            label={`${typed}: ${meaning}`}
            kind={typed === "/heal" ? "strong" : "plain"}
          >
            {typed.slice(1)}
          </Act>
        ))}
      </div>
      <Wrong doing={saying} />
      <Wrong doing={doing} />
    </section>
  )
}
