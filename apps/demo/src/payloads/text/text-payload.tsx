import type { PayloadOf } from '@parley/core'
import { memo, useMemo, type ReactElement } from 'react'
import { safeLink } from '../safe-url.ts'
import { findLinks } from './find-links.ts'
import { LongText } from './long-text.tsx'
import { splitText } from './split-text.ts'

export interface TextPayloadProps {
  payload: PayloadOf<'text'>
  isWriting?: boolean | undefined
}

/** Plain text: its white space is kept, and what leads somewhere can be followed. */
export function TextPayload({ payload, isWriting }: TextPayloadProps): ReactElement {
  return (
    <LongText text={payload.text} isWriting={isWriting}>
      {(text) => <Pieces text={text} />}
    </LongText>
  )
}

function Pieces({ text }: { text: string }): ReactElement[] {
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
