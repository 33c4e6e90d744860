import type { PaneOptions } from './pane-options.ts'
import { mountCore } from './with-core.ts'
import { mountReact } from './with-react.tsx'
import { mountRx } from './with-rx.ts'

/** The example chat, written with one of the layers. */
export interface Layer {
  name: string
  /** What it adds to the layer below. */
  description: string
  /** Min+gzip, in addition to the layer below. */
  size: string
  mount: (root: Element, pane: PaneOptions) => Promise<void>
  file: string
  /** Source text of `file`, which is also the code that runs. */
  source: string
}

const sources = import.meta.glob<string>(['./with-*', './pane-options.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
})
const getSource = (file: string): string => sources[`./${file}`] ?? ''

export const layers: readonly Layer[] = [
  {
    name: '@parley/core',
    description:
      'Every operation, typed, and a stream that reconnects and backfills missed messages. Your code keeps the list.',
    size: 'about 18 kB',
    mount: mountCore,
    file: 'with-core.ts',
    source: getSource('with-core.ts'),
  },
  {
    name: '@parley/rx',
    description:
      'Keeps the list, even offline: each message once and in order, including streaming and pending messages.',
    size: '+ about 9 kB, and rxjs',
    mount: mountRx,
    file: 'with-rx.ts',
    source: getSource('with-rx.ts'),
  },
  {
    name: '@parley/react',
    description:
      'The same as hooks: a component renders only for the state it reads, at most once per frame. Keeps drafts.',
    size: '+ about 10 kB',
    mount: mountReact,
    file: 'with-react.tsx',
    source: getSource('with-react.tsx'),
  },
]

/** Source of the options of all three. */
export const paneOptionsSource = getSource('pane-options.ts')
