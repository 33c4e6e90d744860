import { expect, type Locator, type Page } from '@playwright/test'

/** What a person does and sees on the page. */
export class ChatPage {
  readonly page: Page
  readonly origin: string
  readonly log: Locator
  readonly field: Locator

  constructor(page: Page, origin: string) {
    this.page = page
    this.origin = origin
    this.log = page.getByRole('log')
    this.field = page.getByRole('textbox', { name: /^Message to/ })
  }

  get messages(): Locator {
    return this.log.getByRole('article')
  }

  /** The message that is being written. */
  get draft(): Locator {
    return this.log.locator('article[aria-busy="true"]')
  }

  async isGreeted(): Promise<void> {
    await expect(this.log.getByRole('button', { name: 'Show everything' })).toBeVisible()
    await expect(this.draft).toHaveCount(0)
  }

  async say(text: string): Promise<void> {
    await this.field.fill(text)
    await this.field.press('Enter')
  }

  button(name: string): Locator {
    return this.log.getByRole('button', { name, exact: true })
  }

  /** Who the visitor is, as the browser remembers it. */
  async memory(): Promise<{ userKey: string; conversationId: string }> {
    return this.page.evaluate((url) => {
      const read = (name: string): string => localStorage.getItem(name) ?? ''
      return { userKey: read(`parley:${url}`), conversationId: read('parley-demo:conversation') }
    }, `${this.origin}/demo`)
  }

  async user(): Promise<{ id: string }> {
    const { userKey } = await this.memory()
    const response = await fetch(`${this.origin}/demo/users/me`, { headers: { 'x-user-key': userKey } })
    return ((await response.json()) as { user: { id: string } }).user
  }

  /** Sends as the visitor, past the page: from another device, as it were. */
  async sendFromElsewhere(payload: object): Promise<void> {
    const { userKey, conversationId } = await this.memory()
    const response = await fetch(`${this.origin}/demo/messages`, {
      method: 'POST',
      headers: { 'x-user-key': userKey, 'content-type': 'application/json' },
      body: JSON.stringify({ conversationId, payload }),
    })
    expect(response.status).toBe(201)
  }
}
