import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import budgets from './bundle-budgets.json' with { type: 'json' }
import { root } from './run.mjs'

// The bundle tests of the packages measure the sizes, and compare them with the budgets.
const { core, conversation, conversationAndInbox, session, tabs, react } = budgets
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`
const reactOverRx = kB(session + react - conversation)

test.each([
  [
    'README.md',
    [`| ${kB(core)} |`, `| + ${kB(conversation)}, and rxjs |`, `| + ${reactOverRx}, ${kB(react)} of it`],
  ],
  ['packages/core/README.md', [`adds ${kB(core)} min+gzip`]],
  ['packages/react/README.md', [`adds ${kB(react)} min+gzip`]],
  [
    'packages/rx/README.md',
    [
      `a conversation ${kB(conversation)}, with the inbox ${kB(conversationAndInbox)}, with the session ${kB(session)}`,
      `by itself has ${kB(tabs)}`,
    ],
  ],
  [
    'apps/docs/src/content/docs/start/choose-your-layer.md',
    [`| ${kB(core)} |`, `| ${kB(conversation)}, and`, `| ${kB(session)} instead`, `| ${reactOverRx} over`],
  ],
])('%s names the sizes that the bundle tests allow', (page, sizes) => {
  const text = readFileSync(join(root, page), 'utf8')

  expect(sizes.filter((size) => !text.includes(size))).toEqual([])
})
