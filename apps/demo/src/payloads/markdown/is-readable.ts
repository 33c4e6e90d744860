/** Nobody writes as much in one go, without an empty line in between. */
const mostCharacters = 40_000
/** The time that it takes to pair marks grows with the square of their number. */
const mostMarks = 4_000

/** Whether markdown can be read in a moment. What was written to make readers choke, or by accident would, cannot. */
export function isReadable(block: string): boolean {
  if (/^ {0,3}(```|~~~)/.test(block)) return true
  if (block.length > mostCharacters || isNestedDeeply.test(block)) return false
  return (block.match(/[*_~[\]]/g)?.length ?? 0) <= mostMarks
}

const isNestedDeeply = /^ {0,3}(?:(?:>|[-*+] |\d{1,9}[.)] ) {0,3}){25}/m
