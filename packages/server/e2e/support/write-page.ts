import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Rolldown } from 'tsdown'

/** Writes `index.html` and the bundled `page-chat.ts` into a folder. */
export async function writePage(folder: string): Promise<void> {
  const built = await Rolldown.rolldown({
    input: { page: fileURLToPath(new URL('page-chat.ts', import.meta.url)) },
    platform: 'browser',
    resolve: { conditionNames: ['parley-src', 'browser', 'import', 'default'] },
  })
  await built.write({ dir: folder, format: 'esm' })
  const page = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>'
  writeFileSync(join(folder, 'index.html'), page)
}
