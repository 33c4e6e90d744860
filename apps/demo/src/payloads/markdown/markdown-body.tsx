import { memo, useDeferredValue, useMemo, type ReactElement } from 'react'
import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { safeLink, safeMedia } from '../safe-url.ts'
import { completeMarkdown } from './complete-markdown.ts'
import { isReadable } from './is-readable.ts'
import './markdown.css'
import type { Highlight } from './load-highlight.ts'
import { markdownElements } from './markdown-elements.tsx'
import { splitBlocks } from './split-blocks.ts'
import { useHighlight } from './use-highlight.ts'

export interface MarkdownBodyProps {
  markdown: string
  /** Whether more of it is still to come. */
  isWriting: boolean
}

/** Markdown without raw HTML: the library leaves it out, and addresses that could run code with it. */
export function MarkdownBody({ markdown, isWriting }: MarkdownBodyProps): ReactElement {
  // Deltas come faster than long markdown is read: what is shown may lag behind, the page does not.
  const current = useDeferredValue(markdown)
  const blocks = useMemo(
    () => splitBlocks(isWriting ? completeMarkdown(current) : current),
    [current, isWriting],
  )
  const highlight = useHighlight(current)

  return (
    <div className="markdown wrap-anywhere">
      {blocks.map((block, index) => {
        const isGrowing = isWriting && index === blocks.length - 1
        const most = isGrowing ? mostGrowing : mostFinished
        return <Block key={index} markdown={block} highlight={block.length <= most ? highlight : undefined} />
      })}
    </div>
  )
}

/** What is still growing is coloured anew with each delta: as much as fits into a frame. */
const mostGrowing = 4_000
const mostFinished = 60_000

const Block = memo(function Block({
  markdown,
  highlight,
}: {
  markdown: string
  highlight: Highlight | undefined
}): ReactElement {
  if (!isReadable(markdown)) return <p className="whitespace-pre-wrap">{markdown}</p>
  return (
    <Markdown
      remarkPlugins={remarkPlugins}
      rehypePlugins={highlight ? [highlight] : noPlugins}
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
  return name === 'src' ? safeMedia(url) : safeLink(url)
}
