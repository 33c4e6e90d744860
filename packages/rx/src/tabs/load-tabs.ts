import type { Tabs } from './tabs.ts'

/** What the app gave; by default, in a page that can: what shares its tabs is loaded when it is first needed. */
export async function tabsOf(option: Tabs | false | undefined): Promise<Tabs | undefined> {
  if (option !== undefined) return option || undefined
  // Node and workers have both, but no tabs.
  if (typeof document === 'undefined' || !navigator.locks || !globalThis.BroadcastChannel) return undefined
  // Where it cannot be loaded, each tab is on its own.
  return import('./share-tabs.ts').then(
    ({ shareTabs }) => shareTabs(),
    () => undefined,
  )
}
