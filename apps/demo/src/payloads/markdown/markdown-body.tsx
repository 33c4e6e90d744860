import { memo, useDeferredValue, useEffect, useId, useMemo, useState, type ReactElement } from 'react'
import Markdown, { type Options } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { toSafeLink, toSafeMediaUrl } from '../safe-url.ts'
import { PlainText } from '../text/text-payload.tsx'
import { completeMarkdown } from './complete-markdown.ts'
import { markdownElements } from './markdown-elements.tsx'
import './markdown.css'
import { toMarkdownParts } from './split-blocks.ts'

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

/** Returns the highlighting plugin. Loads it when the Markdown contains code. */
function useHighlight(markdown: string): HighlightPlugin | undefined {
  const [highlight, setHighlight] = useState<HighlightPlugin | undefined>(() => loaded)
  const hasCode = codeWithLanguage.test(markdown)

  useEffect(() => {
    if (!hasCode || loaded) return
    let isUnmounted = false
    void load().then(
      () => {
        if (!isUnmounted) setHighlight(() => loaded)
      },
      // If loading fails, code stays plain.
      () => undefined,
    )
    return () => {
      isUnmounted = true
    }
  }, [hasCode])

  return highlight ?? loaded
}

const codeWithLanguage = /^ {0,3}(```|~~~) *\w/m

let loaded: HighlightPlugin | undefined

async function load(): Promise<void> {
  loaded ??= await loadHighlight()
}

/** A rehype plugin for syntax highlighting. */
type HighlightPlugin = Extract<NonNullable<Options['rehypePlugins']>[number], () => unknown>

/** Loads syntax highlighting for 37 common languages. Code in other languages stays plain. */
async function loadHighlight(): Promise<HighlightPlugin> {
  const { default: rehypeHighlight } = await import('rehype-highlight')
  // Created once, as each instance registers all languages.
  const transform = rehypeHighlight()
  return () => transform
}
