/** FNV-1a over UTF-16 units: a hash of 32 bits that spreads ids which differ in their last characters, as those of platforms do. */
export const hashOf = (id: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 15)
}
