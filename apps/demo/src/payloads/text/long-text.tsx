import { useState, useTransition, type ReactElement, type ReactNode } from 'react'

export interface LongTextProps {
  text: string
  /** A streaming message is expanded, and stays expanded when it is complete. */
  isStreaming?: boolean | undefined
  children: (text: string) => ReactNode
}

/** Shows the start of a very long text, with a button that expands it. */
export function LongText({ text, isStreaming = false, children }: LongTextProps): ReactElement {
  const [isExpanded, setIsExpanded] = useState(isStreaming)
  const [isPending, startTransition] = useTransition()
  const truncated = truncateText(text)
  if (truncated === undefined) return <>{children(text)}</>

  return (
    <>
      {children(isExpanded ? text : `${truncated}…`)}
      <button
        type="button"
        aria-expanded={isExpanded}
        aria-busy={isPending}
        // A transition keeps the page responsive while a very long text is rendered.
        onClick={() => startTransition(() => setIsExpanded(!isExpanded))}
        className="mt-1 min-h-8 text-sm font-semibold underline underline-offset-2 pointer-coarse:min-h-11"
      >
        {isExpanded ? 'Show less' : `Show all ${text.length.toLocaleString()} characters`}
      </button>
    </>
  )
}

/** Longer texts are truncated, so that one message does not fill the log. */
const maxCharacters = 6_000
const maxLines = 80
const truncatedCharacters = 1_800
const truncatedLines = 30

/** Returns the start of a long text, truncated between two words if possible. Undefined if the text is short enough. */
export function truncateText(text: string): string | undefined {
  if (text.length <= maxCharacters && findLineEnd(text, maxLines) === undefined) return undefined
  const end = Math.min(truncatedCharacters, findLineEnd(text, truncatedLines) ?? truncatedCharacters)
  const start = text.slice(0, end)
  const gap = /\s/.test(text.charAt(end)) ? end : start.search(/\s\S*$/)
  if (gap > end / 2) return start.slice(0, gap).trimEnd()
  // Remove half of a surrogate pair.
  return /[\uD800-\uDBFF]$/.test(start) ? start.slice(0, -1) : start
}

/** Returns the index of the end of a line. Undefined if there are no further lines. */
function findLineEnd(text: string, line: number): number | undefined {
  let end = -1
  for (let count = 0; count < line; count++) {
    end = text.indexOf('\n', end + 1)
    if (end < 0) return undefined
  }
  return end
}
