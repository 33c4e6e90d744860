import type { Pane } from './pane.ts'
import { chatWithCore } from './with-core.ts'
import { chatWithReact } from './with-react.tsx'
import { chatWithRx } from './with-rx.ts'

/** The same tiny chat, written with one of the layers. */
export interface Layer {
  name: string
  /** What it adds to the one before. */
  adds: string
  /** Min+gzip, without what it stands on. */
  weighs: string
  mount: (root: Element, pane: Pane) => Promise<void>
  file: string
  /** Of the very file that runs. */
  source: string
}

const sources = import.meta.glob<string>(['./with-*', './pane.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})
const sourceOf = (file: string): string => sources[`./${file}`] ?? ''

export const layers: readonly Layer[] = [
  {
    name: '@parley/core',
    adds: 'Every operation, typed, and a stream that reconnects and brings what was missed. The list is yours to keep.',
    weighs: 'less than 15 kB',
    mount: chatWithCore,
    file: 'with-core.ts',
    source: sourceOf('with-core.ts'),
  },
  {
    name: '@parley/rx',
    adds: 'The list is kept for you: each message once, in order, while it is written, and while it is sent, offline as well.',
    weighs: '+ 6.0 kB, and rxjs',
    mount: chatWithRx,
    file: 'with-rx.ts',
    source: sourceOf('with-rx.ts'),
  },
  {
    name: '@parley/react',
    adds: 'Hooks for the same: a component draws only what it reads, once a frame, and a composer keeps its draft.',
    weighs: '+ 5.9 kB',
    mount: chatWithReact,
    file: 'with-react.tsx',
    source: sourceOf('with-react.tsx'),
  },
]

/** Of what all three take. */
export const paneSource = sourceOf('pane.ts')
