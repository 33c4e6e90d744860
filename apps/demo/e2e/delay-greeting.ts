import type { Page, Request } from '@playwright/test'

export interface DelayedGreeting {
  /** Resolves when the page has requested the conversation. */
  readonly requested: Promise<unknown>
  release: () => void
}

/** Delays the request that creates a new guest's first conversation. */
export async function delayGreeting(page: Page): Promise<DelayedGreeting> {
  const isGreeting = (request: Request): boolean => request.postData()?.includes('"welcome-') ?? false
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await page.route('**/conversations/get-or-create', async (route) => {
    if (isGreeting(route.request())) await released
    await route.continue()
  })
  return { requested: page.waitForRequest(isGreeting), release }
}
