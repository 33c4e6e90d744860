import { useState, useTransition, type ReactElement, type ReactNode } from 'react'
import { cutText } from './cut-text.ts'

export interface LongTextProps {
  text: string
  /** What is being written is shown as it grows, and stays open when it is finished. */
  isWriting?: boolean | undefined
  children: (text: string) => ReactNode
}

/** Shows the beginning of a very long text, and all of it when asked to. */
export function LongText({ text, isWriting = false, children }: LongTextProps): ReactElement {
  const [isWhole, setIsWhole] = useState(isWriting)
  const [isPending, startTransition] = useTransition()
  const cut = cutText(text)
  if (cut === undefined) return <>{children(text)}</>

  return (
    <>
      {children(isWhole ? text : `${cut}…`)}
      <button
        type="button"
        aria-expanded={isWhole}
        aria-busy={isPending}
        // A very long text takes a moment: the page stays usable meanwhile.
        onClick={() => startTransition(() => setIsWhole(!isWhole))}
        className="mt-1 min-h-8 text-sm font-semibold underline underline-offset-2 pointer-coarse:min-h-11"
      >
        {isWhole ? 'Show less' : `Show all ${text.length.toLocaleString()} characters`}
      </button>
    </>
  )
}
