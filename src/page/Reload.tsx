import { useState } from "preact/hooks"
import { useDoing, Wrong } from "./Act.tsx"
import { post } from "./Ask.ts"
import { Sure } from "./Sure.tsx"
import type { Difference } from "./Wire.ts"
import { became } from "./Words.ts"

/** Has the program read its configuration anew, and says what became of the accounts. */
export const Reload = () => {
  const doing = useDoing()
  const [told, tell] = useState("")
  const reload = async (): Promise<void> => {
    tell("")
    tell(became(await post<Difference>("/reload")))
  }
  return (
    <div class="reload">
      <div class="buttons">
        <Sure
          doing={doing}
          work={reload}
          ask="Reload …"
          sure="Read the configuration anew"
          keep="Leave it"
          about="the configuration"
          title="accounts that are new begin, those that are gone end, those that are as before keep their session"
        />
      </div>
      <p role="status">{told}</p>
      <Wrong doing={doing} />
    </div>
  )
}
