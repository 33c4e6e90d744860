/**
 * Shares one connection and one outbox among the tabs of a user. Pages load this module automatically.
 *
 * ```ts
 * import { openConversation } from '@parley/rx'
 * import { shareTabs } from '@parley/rx/tabs'
 *
 * const tabs = shareTabs() // for workers, or to include it in the first bundle
 * openConversation(me, 'c1', { tabs })
 * ```
 *
 * - `shareTabs`: the option `tabs` of `openConversation` and `openInbox`
 */
export { shareTabs } from './share-tabs.ts'
export type { TabEnvironment } from './tab-environment.ts'
export type { Tabs } from './tabs.ts'
