/** Where something happens on Telegram. */
export interface Place {
  readonly chat: number
  readonly thread: number | undefined
}

/** Reads a conversation's id as the control surface writes it: `chat:7001`, `chat:-1001900000001/17`, or a bare chat id. */
export const placeOf = (conversation: string): Place | undefined => {
  const [, chat, thread] = /^(?:chat:)?(-?\d+)(?:\/(\d+))?$/.exec(conversation) ?? []
  return chat === undefined
    ? undefined
    : { chat: Number(chat), thread: thread === undefined ? undefined : Number(thread) }
}

export const conversationOf = ({ chat, thread }: Place): string =>
  thread === undefined ? `chat:${chat}` : `chat:${chat}/${thread}`
