import type { Tabs } from './tabs.ts'

/** Resolves the option `tabs`. By default, loads `shareTabs` on first use in pages that support it. */
export async function resolveTabs(option: Tabs | false | undefined): Promise<Tabs | undefined> {
  if (option !== undefined) return option || undefined
  // Node and workers have locks, but no tabs.
  if (typeof document === 'undefined' || !navigator.locks) return undefined
  // If the module cannot be loaded or channels are blocked, tabs share nothing.
  return import('./share-tabs.ts').then(({ shareTabs }) => shareTabs()).catch(() => undefined)
}
