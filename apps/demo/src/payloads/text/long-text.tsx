import { useState, useTransition, type ReactElement, type ReactNode } from 'react'
import { truncateText } from './truncate-text.ts'

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
