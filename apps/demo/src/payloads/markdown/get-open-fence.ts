/** Returns the fence that is open after a line, given the one that is open before. */
export function getOpenFence(line: string, fence: string | undefined): string | undefined {
  const [, delimiter, rest] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? []
  if (delimiter === undefined || rest === undefined) return fence
  if (fence === undefined) return delimiter.startsWith('`') && rest.includes('`') ? undefined : delimiter
  const isEnd = delimiter.startsWith(fence) && rest.trim() === ''
  return isEnd ? undefined : fence
}
