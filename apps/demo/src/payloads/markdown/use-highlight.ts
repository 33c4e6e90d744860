import { useEffect, useState } from 'react'
import { loadHighlight, type HighlightPlugin } from './load-highlight.ts'

/** Returns the highlighting plugin. Loads it when the Markdown contains code. */
export function useHighlight(markdown: string): HighlightPlugin | undefined {
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
