const inMarkdown = /\[([^\]\n]*)\]\((https?:\/\/[^()\s]+)\)/gi
const address = /https?:\/\/([^\s/?#<>()[\]"']+)/gi

/**
 * A text in which QQ sees no link, and people see where it would lead. Links are taken to sites alone that are registered in
 * the bot's console.
 */
export const unlinked = (text: string): string =>
  text.replace(inMarkdown, "$1 ($2)").replace(address, (_, host: string) => host.replaceAll(".", "。"))
