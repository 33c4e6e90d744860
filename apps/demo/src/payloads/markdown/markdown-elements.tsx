import { Check, Copy, ImageOff } from 'lucide-react'
import { isValidElement, useRef, useState, type MouseEvent, type ReactElement, type ReactNode } from 'react'
import type { Components } from 'react-markdown'

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

/** A code block with the name of its language and a copy button. */
function CodeBlock({ children }: { children?: ReactNode }): ReactElement {
  const code = useRef<HTMLPreElement>(null)
  const [isCopied, setIsCopied] = useState(false)
  const language = getLanguage(children)

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(code.current?.textContent ?? '')
      setIsCopied(true)
    } catch {
      // The browser does not allow it, or the page is not secure: select the code, so that the user can copy it.
      if (code.current) getSelection()?.selectAllChildren(code.current)
    }
  }

  return (
    <div className="code-block" dir="ltr">
      <div className="code-head">
        <span>{language ?? 'code'}</span>
        <button type="button" onClick={() => void copy()} onBlur={() => setIsCopied(false)}>
          {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />}
          {isCopied ? 'Copied' : 'Copy'}
          <span className="sr-only"> the code</span>
        </button>
      </div>
      <pre ref={code} tabIndex={0}>
        {children}
      </pre>
    </div>
  )
}

function getLanguage(code: ReactNode): string | undefined {
  if (!isValidElement<{ className?: unknown }>(code)) return undefined
  const { className } = code.props
  return typeof className === 'string' ? /language-(\S{1,20})/.exec(className)?.[1] : undefined
}

/** An image in Markdown. Shows its alternative text if it cannot be loaded. */
function MarkdownImage({ src, alt }: { src: string | undefined; alt: string }): ReactElement {
  const [isBroken, setIsBroken] = useState(false)
  if (src && !isBroken) {
    return (
      <img
        src={src}
        alt={alt}
        loading="lazy"
        referrerPolicy="no-referrer"
        onError={() => setIsBroken(true)}
      />
    )
  }
  return (
    <span className="missing-image">
      <ImageOff aria-hidden />
      {alt || 'Image unavailable'}
    </span>
  )
}
