import { createRequire } from 'node:module'
import { dirname } from 'node:path'

const require = createRequire(import.meta.url)

/** Where React 18 is, installed beside the React that everything else takes. */
export const react18Folders: { react: string; reactDom: string } = {
  react: dirname(require.resolve('react-18/package.json')),
  reactDom: dirname(require.resolve('react-dom-18/package.json')),
}
