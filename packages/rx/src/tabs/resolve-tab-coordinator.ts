import type { TabCoordinator } from './tab-coordinator.ts'

/** Resolves the option `tabs`. By default, loads `createTabCoordinator` on first use in pages that support it. */
export async function resolveTabCoordinator(
  option: TabCoordinator | false | undefined,
): Promise<TabCoordinator | undefined> {
  if (option !== undefined) return option || undefined
  // Node and workers have locks, but no tabs.
  if (typeof document === 'undefined' || !navigator.locks) return undefined
  // If the module cannot be loaded or channels are blocked, tabs share nothing.
  return import('./create-tab-coordinator.ts')
    .then(({ createTabCoordinator }) => createTabCoordinator())
    .catch(() => undefined)
}
