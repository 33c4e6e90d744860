import type { APIRoute } from 'astro'
import { getCollection } from 'astro:content'
import { markdownOf } from '../markdown-of.ts'
import { siteGroups } from '../site-groups.ts'

/** All pages in one file, for language models. */
export const GET: APIRoute = async () => {
  const groups = siteGroups(await getCollection('docs'))
  const pages = groups.flatMap((group) => group.pages)
  return new Response(pages.map(markdownOf).join('\n'))
}
