import { Check, Copy } from 'lucide-react'
import { isValidElement, useRef, useState, type ReactElement, type ReactNode } from 'react'

/** Code, with the name of its language and a button that copies it. */
export function CodeBlock({ children }: { children?: ReactNode }): ReactElement {
  const code = useRef<HTMLPreElement>(null)
  const [isCopied, setIsCopied] = useState(false)
  const language = languageOf(children)

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(code.current?.textContent ?? '')
      setIsCopied(true)
    } catch {
      // Not allowed, or no secure page: it is selected instead, ready to be copied by hand.
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

function languageOf(code: ReactNode): string | undefined {
  if (!isValidElement<{ className?: unknown }>(code)) return undefined
  const { className } = code.props
  return typeof className === 'string' ? /language-(\S{1,20})/.exec(className)?.[1] : undefined
}
