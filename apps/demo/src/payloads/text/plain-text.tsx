import { memo, useMemo, type ReactElement } from 'react'
import { toSafeLink } from '../safe-url.ts'
import { findLinks } from './find-links.ts'
import { splitText } from './split-text.ts'

/** Text with links. A very long text is split, so that the browser lays out only the visible pieces. */
export function PlainText({ text }: { text: string }): ReactElement[] {
  const pieces = useMemo(() => splitText(text), [text])
  return pieces.map((piece, index) => <Piece key={index} text={piece} isPartial={pieces.length > 1} />)
}

const Piece = memo(function Piece({ text, isPartial }: { text: string; isPartial: boolean }): ReactElement {
  const parts = useMemo(() => findLinks(text), [text])
  return (
    <p
      dir="auto"
      className={`whitespace-pre-wrap wrap-anywhere [unicode-bidi:plaintext] ${isPartial ? '[contain-intrinsic-size:auto_60rem] [content-visibility:auto]' : ''}`}
    >
      {parts.map(({ text: partText, href }, index) => {
        const safeHref = href === undefined ? undefined : toSafeLink(href)
        if (!safeHref) return partText
        return (
          <a
            key={index}
            href={safeHref}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="underline underline-offset-2"
          >
            {partText}
          </a>
        )
      })}
    </p>
  )
})
