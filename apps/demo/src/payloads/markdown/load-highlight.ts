import type { Options } from 'react-markdown'

/** A rehype plugin for syntax highlighting. */
export type HighlightPlugin = Extract<NonNullable<Options['rehypePlugins']>[number], () => unknown>

/** Loads syntax highlighting for 37 common languages. Code in other languages stays plain. */
export async function loadHighlight(): Promise<HighlightPlugin> {
  const { default: rehypeHighlight } = await import('rehype-highlight')
  // Created once, as each instance registers all languages.
  const transform = rehypeHighlight()
  return () => transform
}
