import { defineRouteMiddleware } from '@astrojs/starlight/route-data'
import { markdownPath } from './markdown-path.ts'

/** Links each page to its Markdown copy. */
export const onRequest = defineRouteMiddleware(({ locals }) => {
  const { entry, head } = locals.starlightRoute
  const href = markdownPath(entry.id)
  head.push({ tag: 'link', attrs: { rel: 'alternate', type: 'text/markdown', href } })
})
