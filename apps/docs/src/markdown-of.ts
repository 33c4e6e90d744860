import type { CollectionEntry } from 'astro:content'

/** The Markdown of a page, which starts with its title. */
export function markdownOf({ data, body = '' }: CollectionEntry<'docs'>): string {
  return `# ${data.title}\n\n${body.trim()}\n`
}
