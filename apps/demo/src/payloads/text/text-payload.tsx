import type { PayloadOf } from '@parley/core'
import { memo, useMemo, type ReactElement } from 'react'
import { toSafeLink } from '../safe-url.ts'
import { findLinks } from './find-links.ts'
import { LongText } from './long-text.tsx'

export interface TextPayloadProps {
  payload: PayloadOf<'text'>
  isStreaming?: boolean | undefined
}

/** Plain text with preserved white space and clickable links. */
export function TextPayload({ payload, isStreaming }: TextPayloadProps): ReactElement {
  return (
    <LongText text={payload.text} isStreaming={isStreaming}>
      {(text) => <PlainText text={text} />}
    </LongText>
  )
}

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

/** Browsers lay out texts up to this length without a noticeable delay. */
const maxUnsplitCharacters = 20_000
const minPieceCharacters = 5_000

/** Splits a very long text between lines, so that the browser lays out only the visible pieces. */
export function splitText(text: string): string[] {
  if (text.length <= maxUnsplitCharacters) return [text]
  const pieces: string[] = []
  let start = 0
  while (text.length - start > minPieceCharacters) {
    const end = text.indexOf('\n', start + minPieceCharacters)
    if (end < 0) break
    pieces.push(text.slice(start, end))
    start = end + 1
  }
  pieces.push(text.slice(start))
  return pieces
}
