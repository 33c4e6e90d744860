import type { MouseEvent, ReactElement, ReactNode } from 'react'
import type { Components } from 'react-markdown'
import { CodeBlock } from './code-block.tsx'
import { MarkdownImage } from './markdown-image.tsx'

/** Headings in messages are not part of the page's outline: all have one level and differ only in size. */
function createHeading(level: number) {
  return function Heading({ children }: { children?: ReactNode }): ReactElement {
    return (
      <h2 dir="auto" data-level={level}>
        {children}
      </h2>
    )
  }
}

/** Components for the elements of Markdown. Each block sets its own text direction. */
export const markdownElements: Components = {
  h1: createHeading(1),
  h2: createHeading(2),
  h3: createHeading(3),
  h4: createHeading(4),
  h5: createHeading(5),
  h6: createHeading(6),
  p: ({ children }) => <p dir="auto">{children}</p>,
  ul: ({ children, className }) => (
    <ul dir="auto" className={className}>
      {children}
    </ul>
  ),
  ol: ({ children, start }) => (
    <ol dir="auto" start={start}>
      {children}
    </ol>
  ),
  blockquote: ({ children }) => <blockquote dir="auto">{children}</blockquote>,
  a: ({ href, children, node: _node, ...props }) => {
    if (!href) return <span>{children}</span>
    // A footnote or its back link. Its fragment must not replace the page's, which contains the open conversation.
    if (href.startsWith('#')) {
      return (
        <a {...props} href={href} onClick={(event) => showTarget(event, href.slice(1))}>
          {children}
        </a>
      )
    }
    return (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    )
  },
  img: ({ src, alt }) => <MarkdownImage src={typeof src === 'string' ? src : undefined} alt={alt ?? ''} />,
  input: ({ checked }) => (
    <input type="checkbox" checked={checked ?? false} disabled aria-label={checked ? 'Done' : 'To do'} />
  ),
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
  table: ({ children }) => (
    <div className="table-scroller" role="group" aria-label="Table" tabIndex={0} dir="auto">
      <table>{children}</table>
    </div>
  ),
}

function showTarget(event: MouseEvent, id: string): void {
  event.preventDefault()
  const target = document.getElementById(decodeURIComponent(id))
  if (!target) return
  target.scrollIntoView({ block: 'nearest' })
  if (!target.matches('a')) target.tabIndex = -1
  target.focus()
}
