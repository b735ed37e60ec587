import { effect } from "@preact/signals"
import { render } from "preact"
import { follow, glance } from "./Live.ts"
import { Page } from "./Page.tsx"
import * as Store from "./Store.ts"

const page = document.getElementById("page")
if (page !== null) {
  page.replaceChildren()
  render(<Page />, page)
}

effect(() => {
  const away =
    Store.accounts.value.filter(({ state }) => state._tag !== "Connected").length +
    Store.handlers.value.filter(({ state }) => state === "failing").length
  const lost = Store.link.value._tag === "Lost"
  document.title = lost ? "? Holdfast" : away === 0 ? "Holdfast" : `(${away}) Holdfast`
})

void follow()
glance()
