import type { PayloadOf } from '@parley/core'
import type { ReactElement } from 'react'
import Markdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import { LongText } from './long-text.tsx'
import { safeLink, safeMedia } from './safe-url.ts'

/** Markdown without raw HTML: the library leaves it out, and addresses that could run code with it. */
export function MarkdownPayload({ payload }: { payload: PayloadOf<'markdown'> }): ReactElement {
  return (
    <LongText text={payload.markdown}>
      {(markdown) => (
        <div className="markdown wrap-anywhere">
          <Markdown remarkPlugins={plugins} components={components} urlTransform={transformUrl}>
            {markdown}
          </Markdown>
        </div>
      )}
    </LongText>
  )
}

const plugins = [remarkGfm]

function transformUrl(url: string, name: string): string | undefined {
  return name === 'src' ? safeMedia(url) : safeLink(url)
}

// A message is no chapter of the page: all its headings are of one level.
const Heading: Components['h2'] = ({ children }) => <h2>{children}</h2>

const components: Components = {
  h1: Heading,
  h3: Heading,
  h4: Heading,
  h5: Heading,
  h6: Heading,
  a: ({ href, children }) =>
    href ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  img: ({ src, alt }) =>
    typeof src === 'string' ? (
      <img src={src} alt={alt ?? ''} loading="lazy" referrerPolicy="no-referrer" />
    ) : null,
  input: ({ checked }) => (
    <input type="checkbox" checked={checked ?? false} disabled aria-label={checked ? 'Done' : 'To do'} />
  ),
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }) => (
    <div className="overflow-x-auto" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
}
