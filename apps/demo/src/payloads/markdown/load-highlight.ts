import type { Options } from 'react-markdown'

/** A plugin of rehype that colours code. */
export type Highlight = Extract<NonNullable<Options['rehypePlugins']>[number], () => unknown>

/** Loads what colours code: 37 common languages. A language that it does not know stays plain. */
export async function loadHighlight(): Promise<Highlight> {
  const { default: rehypeHighlight } = await import('rehype-highlight')
  // Made once: it registers all its languages each time that it is made.
  const transform = rehypeHighlight()
  return () => transform
}
