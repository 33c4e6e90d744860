/**
 * Shares one connection and one outbox among the tabs of a user. Pages load this module automatically.
 *
 * ```ts
 * import { openConversation } from '@parley/rx'
 * import { createTabCoordinator } from '@parley/rx/tabs'
 *
 * const tabs = createTabCoordinator() // for workers, or to include it in the first bundle
 * openConversation(me, 'c1', { tabs })
 * ```
 *
 * - `createTabCoordinator`: the option `tabs` of `openConversation` and `openInbox`
 */
export { createTabCoordinator } from './create-tab-coordinator.ts'
export type { TabEnvironment } from './tab-environment.ts'
export type { TabCoordinator } from './tab-coordinator.ts'
