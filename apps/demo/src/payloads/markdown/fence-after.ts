/** The fence that is open after a line, given the one that is open before it. */
export function fenceAfter(line: string, fence: string | undefined): string | undefined {
  const [, marks, rest] = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? []
  if (marks === undefined || rest === undefined) return fence
  if (fence === undefined) return marks.startsWith('`') && rest.includes('`') ? undefined : marks
  const isEnd = marks.startsWith(fence) && rest.trim() === ''
  return isEnd ? undefined : fence
}
