import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { waitForAnimations } from './wait-for-animations.ts'

export interface AxeOptions {
  /** The part of the page that is looked at. Default: all of it. */
  within?: string
  /** What is passed over. */
  without?: string
  /** Rules that do not apply. */
  except?: string[]
}

/** What axe finds on a page that has come to rest: nothing, if all is well. */
export async function findViolations(page: Page, options: AxeOptions = {}): Promise<object[]> {
  const { within = 'html', without, except = [] } = options
  await waitForAnimations(page)
  const axe = new AxeBuilder({ page }).include(within).disableRules(except)
  if (without) axe.exclude(without)
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))
}
