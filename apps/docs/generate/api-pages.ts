import { describeExport, moduleComment } from './describe-export.ts'
import { entryPoints } from './entry-points.ts'
import type { GeneratedPage } from './generated-page.ts'
import type { Source } from './read-source.ts'

const notes: Partial<Record<string, string>> = {
  '@parley/core':
    'The methods of a connected user are the [operations](/reference/operations/), such as `me.createMessage(…)`.',
}

/** One page per entry point: its exports, with their docstrings and declarations. */
export function createApiPages({ module, checker }: Source): GeneratedPage[] {
  return entryPoints.map(({ name, file }, index) => {
    const { source, exports } = module(file)
    const descriptions = exports
      .map((symbol) => describeExport(symbol, checker))
      .sort((a, b) => Number(a.isType) - Number(b.isType) || a.name.localeCompare(b.name))
    return {
      path: `api/${name.replace('@parley/', '').replaceAll('/', '-')}.md`,
      title: name,
      description: `The exports of ${name}: signatures, options, defaults and errors.`,
      order: index + 1,
      body: [moduleComment(source), notes[name], ...descriptions.map(({ markdown }) => markdown)]
        .filter(Boolean)
        .join('\n\n'),
    }
  })
}
