import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { waitForAnimations } from './wait-for-animations.ts'

export interface AxeOptions {
  /** A selector of the elements to check. Default: the whole page. */
  include?: string
  /** A selector of elements to ignore. */
  exclude?: string
  disabledRules?: string[]
}

/** Runs axe after all animations have ended. Returns the violations. */
export async function findViolations(page: Page, options: AxeOptions = {}): Promise<object[]> {
  const { include = 'html', exclude, disabledRules = [] } = options
  await waitForAnimations(page)
  const axe = new AxeBuilder({ page }).include(include).disableRules(disabledRules)
  if (exclude) axe.exclude(exclude)
  const { violations } = await axe.analyze()
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))
}
