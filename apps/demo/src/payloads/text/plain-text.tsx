import { memo, useMemo, type ReactElement } from 'react'
import { safeLink } from '../safe-url.ts'
import { findLinks } from './find-links.ts'
import { splitText } from './split-text.ts'

/** Text with links, in pieces if it is very long, so that a browser lays out only the pieces in view. */
export function PlainText({ text }: { text: string }): ReactElement[] {
  const pieces = useMemo(() => splitText(text), [text])
  return pieces.map((piece, index) => <Piece key={index} text={piece} isOneOfMany={pieces.length > 1} />)
}

const Piece = memo(function Piece({
  text,
  isOneOfMany,
}: {
  text: string
  isOneOfMany: boolean
}): ReactElement {
  const parts = useMemo(() => findLinks(text), [text])
  return (
    <p
      dir="auto"
      className={`whitespace-pre-wrap wrap-anywhere [unicode-bidi:plaintext] ${isOneOfMany ? '[contain-intrinsic-size:auto_60rem] [content-visibility:auto]' : ''}`}
    >
      {parts.map(({ text: words, href }, index) => {
        const address = href === undefined ? undefined : safeLink(href)
        if (!address) return words
        return (
          <a
            key={index}
            href={address}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="underline underline-offset-2"
          >
            {words}
          </a>
        )
      })}
    </p>
  )
})
