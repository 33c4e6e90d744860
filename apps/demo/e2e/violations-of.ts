import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { settle } from './settle.ts'

export interface ViolationsOptions {
  /** The part of the page that is looked at. Default: all of it. */
  within?: string
  /** What is passed over. */
  without?: string
  /** Rules that do not apply. */
  except?: string[]
}

/** What axe finds on a page that has come to rest: nothing, if all is well. */
export async function violationsOf(page: Page, options: ViolationsOptions = {}): Promise<object[]> {
  const { within = 'html', without, except = [] } = options
  await settle(page)
  const axe = new AxeBuilder({ page }).include(within).disableRules(except)
  if (without) axe.exclude(without)
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))
}
