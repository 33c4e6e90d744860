import { memo, useDeferredValue, useId, useMemo, type ReactElement } from 'react'
import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { safeLink, safeMedia } from '../safe-url.ts'
import { PlainText } from '../text/plain-text.tsx'
import { completeMarkdown } from './complete-markdown.ts'
import './markdown.css'
import type { Highlight } from './load-highlight.ts'
import { markdownElements } from './markdown-elements.tsx'
import { planMarkdown } from './split-blocks.ts'
import { useHighlight } from './use-highlight.ts'

export interface MarkdownBodyProps {
  markdown: string
  /** Whether more of it is still to come. */
  isWriting: boolean
}

/** Markdown without raw HTML: the library leaves it out, and addresses that could run code with it. */
export function MarkdownBody({ markdown, isWriting }: MarkdownBodyProps): ReactElement {
  // Deltas come faster than long Markdown is parsed: the text may lag behind, the page does not.
  const current = useDeferredValue(markdown)
  const parts = useMemo(
    () => planMarkdown(isWriting ? completeMarkdown(current) : current),
    [current, isWriting],
  )
  const highlight = useHighlight(current)
  // Footnotes of two messages must not share ids.
  const idPrefix = `${useId()}-`

  return (
    <div className="markdown wrap-anywhere">
      {parts.map(({ text, isParsed, end }, index) => {
        if (!isParsed) return <PlainText key={index} text={text} />
        const isGrowing = isWriting && index === parts.length - 1
        const fits = isGrowing ? text.length <= maxGrowingHighlight : end <= maxHighlight
        return (
          <Block key={index} markdown={text} highlight={fits ? highlight : undefined} idPrefix={idPrefix} />
        )
      })}
    </div>
  )
}

/** A growing block is highlighted again with each delta: as much as fits into a frame. */
const maxGrowingHighlight = 4_000
/** Of a whole message. */
const maxHighlight = 60_000

const Block = memo(function Block({
  markdown,
  highlight,
  idPrefix,
}: {
  markdown: string
  highlight: Highlight | undefined
  idPrefix: string
}): ReactElement {
  return (
    <Markdown
      remarkPlugins={remarkPlugins}
      rehypePlugins={highlight ? [highlight] : noPlugins}
      remarkRehypeOptions={{ clobberPrefix: idPrefix }}
      components={markdownElements}
      urlTransform={transformUrl}
    >
      {markdown}
    </Markdown>
  )
})

const remarkPlugins = [remarkGfm]
const noPlugins: [] = []

function transformUrl(url: string, name: string): string | undefined {
  if (name === 'src') return safeMedia(url)
  // A place within the message, such as a footnote.
  return url.startsWith('#') ? url : safeLink(url)
}
