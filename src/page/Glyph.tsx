import type { JSX } from "preact"
import type { Tag } from "./Wire.ts"
import { words } from "./Words.ts"

const disc = <circle cx="8" cy="8" r="6" />
const ring = <circle cx="8" cy="8" r="5.5" class="hollow" />

/** One shape for each state, so that they differ without colour too. */
const shapes: { readonly [T in Tag]: JSX.Element } = {
  Connected: disc,
  Connecting: (
    <>
      {ring}
      <circle cx="8" cy="8" r="2" />
    </>
  ),
  Reconnecting: (
    <>
      {ring}
      <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" />
    </>
  ),
  Rescheduled: <path d="M8 1.5 14.5 8 8 14.5 1.5 8z" class="hollow" />,
  RateLimited: <path d="M3 2h10L9 8l4 6H3l4-6z" />,
  Held: <rect x="2.5" y="2.5" width="11" height="11" />,
  Paused: <path d="M3 2h3.5v12H3zM9.5 2H13v12H9.5z" />,
  Parked: <path d="M8 1 15.5 14.5H.5zM7.2 6v4h1.6V6zm0 5v1.6h1.6V11z" fill-rule="evenodd" />,
  Stopping: <rect x="3" y="3" width="10" height="10" class="hollow" />,
  Stopped: <path d="M3 7h10v2H3z" />
}

/** A state, as a shape; its word stands beside it. */
export const Glyph = ({ tag }: { readonly tag: Tag }) => (
  <svg class={`glyph ${words[tag].tone}`} viewBox="0 0 16 16" aria-hidden="true">
    {shapes[tag]}
  </svg>
)
