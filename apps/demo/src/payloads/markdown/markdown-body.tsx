import { memo, useDeferredValue, useId, useMemo, type ReactElement } from 'react'
import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { toSafeLink, toSafeMediaUrl } from '../safe-url.ts'
import { PlainText } from '../text/plain-text.tsx'
import { completeMarkdown } from './complete-markdown.ts'
import './markdown.css'
import type { HighlightPlugin } from './load-highlight.ts'
import { markdownElements } from './markdown-elements.tsx'
import { toMarkdownParts } from './split-blocks.ts'
import { useHighlight } from './use-highlight.ts'

export interface MarkdownBodyProps {
  markdown: string
  /** Whether the message is still streaming. */
  isStreaming: boolean
}

/** Renders Markdown. Raw HTML and unsafe URLs are removed. */
export function MarkdownBody({ markdown, isStreaming }: MarkdownBodyProps): ReactElement {
  // Deltas arrive faster than long Markdown is parsed: the text may lag behind, but the page stays responsive.
  const current = useDeferredValue(markdown)
  const parts = useMemo(
    () => toMarkdownParts(isStreaming ? completeMarkdown(current) : current),
    [current, isStreaming],
  )
  const highlight = useHighlight(current)
  // Footnotes of different messages must not share ids.
  const idPrefix = `${useId()}-`

  return (
    <div className="markdown wrap-anywhere">
      {parts.map(({ text, isParsed, end }, index) => {
        if (!isParsed) return <PlainText key={index} text={text} />
        const isGrowing = isStreaming && index === parts.length - 1
        const fits = isGrowing ? text.length <= maxGrowingHighlight : end <= maxHighlight
        return (
          <Block key={index} markdown={text} highlight={fits ? highlight : undefined} idPrefix={idPrefix} />
        )
      })}
    </div>
  )
}

/** Limits the highlighting of a growing block, which repeats with each delta, so that it fits in a frame. */
const maxGrowingHighlight = 4_000
/** Limits the highlighting of a complete message. */
const maxHighlight = 60_000

const Block = memo(function Block({
  markdown,
  highlight,
  idPrefix,
}: {
  markdown: string
  highlight: HighlightPlugin | undefined
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
  if (name === 'src') return toSafeMediaUrl(url)
  // A target within the message, such as a footnote.
  return url.startsWith('#') ? url : toSafeLink(url)
}
