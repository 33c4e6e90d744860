import { useState, type ReactElement, type ReactNode } from 'react'

/** Longer texts are cut, so that one message never buries the rest. */
const mostCharacters = 3_000
const shownCharacters = 2_000

/** Shows the beginning of a very long text, and all of it when asked to. */
export function LongText({
  text,
  children,
}: {
  text: string
  children: (text: string) => ReactNode
}): ReactElement {
  const [isWhole, setIsWhole] = useState(false)
  if (text.length <= mostCharacters) return <>{children(text)}</>

  return (
    <>
      {children(isWhole ? text : `${text.slice(0, shownCharacters)}…`)}
      <button
        type="button"
        aria-expanded={isWhole}
        onClick={() => setIsWhole(!isWhole)}
        className="mt-1 min-h-8 text-sm font-semibold underline underline-offset-2"
      >
        {isWhole ? 'Show less' : `Show all ${text.length.toLocaleString()} characters`}
      </button>
    </>
  )
}
