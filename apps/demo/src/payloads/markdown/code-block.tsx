import { Check, Copy } from 'lucide-react'
import { isValidElement, useRef, useState, type ReactElement, type ReactNode } from 'react'

/** A code block with the name of its language and a copy button. */
export function CodeBlock({ children }: { children?: ReactNode }): ReactElement {
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
