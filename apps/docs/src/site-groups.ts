import type { CollectionEntry } from 'astro:content'

type Page = CollectionEntry<'docs'>

export interface SiteGroup {
  label: string
  pages: Page[]
}

/** The groups of the sidebar, and the folders of their pages. */
export const groupFolders: Readonly<Record<string, string>> = {
  Start: 'start',
  Concepts: 'concepts',
  Guides: 'guides',
  Recipes: 'recipes',
  Deploying: 'deploying',
  Reference: 'reference',
}

/** The pages in the order of the sidebar. */
export function siteGroups(pages: readonly Page[]): SiteGroup[] {
  return Object.entries(groupFolders).map(([label, folder]) => ({
    label,
    pages: pages.filter(({ id }) => id === folder || id.startsWith(`${folder}/`)).sort(bySidebarOrder),
  }))
}

function bySidebarOrder(a: Page, b: Page): number {
  const [first, second] = [a, b].map(({ data }) => data.sidebar.order ?? Number.MAX_VALUE)
  return (first ?? 0) - (second ?? 0) || a.id.localeCompare(b.id)
}
