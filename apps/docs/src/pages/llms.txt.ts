import type { APIRoute } from 'astro'
import { getCollection } from 'astro:content'
import { markdownPath } from '../markdown-path.ts'
import { siteGroups } from '../site-groups.ts'

/** The list of all pages for language models, as described at llmstxt.org. */
export const GET: APIRoute = async () => {
  const groups = siteGroups(await getCollection('docs'))
  const lists = groups.map(({ label, pages }) => {
    const links = pages.map(({ id, data }) => `- [${data.title}](${markdownPath(id)}): ${data.description}`)
    return `## ${label}\n\n${links.join('\n')}\n`
  })
  return new Response(`${introduction}\n${lists.join('\n')}`)
}

const introduction = `# Parley

> The Chat API in TypeScript: a typed client in independently installable layers (@parley/core, @parley/rx,
> @parley/react), and a self-hosted server for the same API (@parley/server, @parley/cli).

All pages in one file: [llms-full.txt](/llms-full.txt)
`
