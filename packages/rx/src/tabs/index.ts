/**
 * What lets the tabs of one user share one connection and one outbox. Pages load it by themselves.
 *
 * ```ts
 * import { openConversation } from '@parley/rx'
 * import { shareTabs } from '@parley/rx/tabs'
 *
 * const tabs = shareTabs() // in a worker, say, or to have it in the first bundle
 * openConversation(me, 'c1', { tabs })
 * ```
 *
 * - `shareTabs`: the option `tabs` of `openConversation` and `openInbox`
 */
export { shareTabs } from './share-tabs.ts'
export type { TabEnvironment } from './tab-environment.ts'
export type { Tabs } from './tabs.ts'
