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
  // Deltas arrive faster than long Markdown is parsed: the text may lag behind, but the page stays responsive.
  const current = useDeferredValue(markdown)
  const parts = useMemo(
    () => planMarkdown(isWriting ? completeMarkdown(current) : current),
    [current, isWriting],
  )
  const highlight = useHighlight(current)
  // Footnotes of different messages must not share ids.
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

/** Limits highlighting of a growing block, which repeats with each delta, to the time of a frame. */
const maxGrowingHighlight = 4_000
/** The limit for a complete message. */
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
  // A target within the message, such as a footnote.
  return url.startsWith('#') ? url : safeLink(url)
}
