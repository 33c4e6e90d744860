import { createRequire } from 'node:module'
import { dirname } from 'node:path'

const require = createRequire(import.meta.url)

/** The folders of React 18, which is installed in addition to the default React. */
export const react18Folders: { react: string; reactDom: string } = {
  react: dirname(require.resolve('react-18/package.json')),
  reactDom: dirname(require.resolve('react-dom-18/package.json')),
}
