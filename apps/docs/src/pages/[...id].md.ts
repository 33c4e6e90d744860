import type { APIRoute, GetStaticPaths } from 'astro'
import { getCollection, type CollectionEntry } from 'astro:content'
import { markdownOf } from '../markdown-of.ts'

export const getStaticPaths = (async () => {
  const pages = await getCollection('docs')
  return pages.map((page) => ({ params: { id: page.id }, props: { page } }))
}) satisfies GetStaticPaths

/** A page as Markdown. */
export const GET: APIRoute<{ page: CollectionEntry<'docs'> }> = ({ props }) =>
  new Response(markdownOf(props.page))
