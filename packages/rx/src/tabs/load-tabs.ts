import type { Tabs } from './tabs.ts'

/** What the app gave; by default, in a page that can: what shares its tabs is loaded when it is first needed. */
export async function tabsOf(option: Tabs | false | undefined): Promise<Tabs | undefined> {
  if (option !== undefined) return option || undefined
  // Node and workers have locks, but no tabs.
  if (typeof document === 'undefined' || !navigator.locks) return undefined
  // Where it cannot be loaded, or there are no channels, each tab is on its own.
  return import('./share-tabs.ts').then(({ shareTabs }) => shareTabs()).catch(() => undefined)
}
