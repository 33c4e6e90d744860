import { useEffect, useState } from 'react'
import { loadHighlight, type Highlight } from './load-highlight.ts'

/** What colours code, as soon as there is code to be coloured and it is loaded. */
export function useHighlight(markdown: string): Highlight | undefined {
  const [highlight, setHighlight] = useState<Highlight | undefined>(() => loaded)
  const isWanted = codeOfLanguage.test(markdown)

  useEffect(() => {
    if (!isWanted || loaded) return
    let isGone = false
    void load().then(
      () => {
        if (!isGone) setHighlight(() => loaded)
      },
      // Without it, code is plain.
      () => undefined,
    )
    return () => {
      isGone = true
    }
  }, [isWanted])

  return highlight ?? loaded
}

const codeOfLanguage = /^ {0,3}(```|~~~) *\w/m

let loaded: Highlight | undefined

async function load(): Promise<void> {
  loaded ??= await loadHighlight()
}
