import { useState } from "preact/hooks"
import { unlock } from "./Live.ts"

/** Asks for the token that the program wants. */
export const Lock = ({ wrong }: { readonly wrong: boolean }) => {
  const [text, write] = useState("")
  return (
    <main class="lock">
      <h1>This gateway asks who you are.</h1>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (text !== "") unlock(text)
        }}
      >
        <label for="token">Its token, HOLDFAST_API_TOKEN</label>
        <input
          id="token"
          type="password"
          autocomplete="current-password"
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
        />
        <button type="submit" class="strong">
          Look
        </button>
        <p class="wrong" role="alert">
          {wrong ? "That is not its token." : ""}
        </p>
      </form>
      <p class="none">It stays in this tab, and is gone when the tab is closed.</p>
    </main>
  )
}
