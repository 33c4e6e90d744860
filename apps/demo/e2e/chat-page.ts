import { createChat, type ConnectedUser } from '@parley/core'
import { expect, type Locator, type Page } from '@playwright/test'

/** Page object for the chat: user actions and visible elements. */
export class ChatPage {
  readonly page: Page
  readonly origin: string
  readonly log: Locator
  readonly messageField: Locator
  /** The button next to the message field. */
  readonly sendButton: Locator
  /** The same button, while it stops an answer. */
  readonly stopButton: Locator
  readonly conversationList: Locator
  readonly people: Locator
  readonly banner: Locator

  constructor(page: Page, origin: string) {
    this.page = page
    this.origin = origin
    this.log = page.getByRole('log')
    this.messageField = page.getByRole('textbox', { name: /^Message to/ })
    this.sendButton = page.getByRole('button', { name: 'Send', exact: true })
    this.stopButton = page.getByRole('button', { name: 'Stop', exact: true })
    this.conversationList = page.getByRole('navigation', { name: 'Conversations' })
    this.people = page.getByRole('complementary', { name: 'People' })
    this.banner = page.getByRole('status').filter({ hasText: /./ })
  }

  get messages(): Locator {
    return this.log.getByRole('article')
  }

  /** The message that the bot is streaming. */
  get streamingMessage(): Locator {
    return this.log.locator('article[aria-busy="true"]')
  }

  /** The user's messages that start with `text`. */
  ownMessages(text: string): Locator {
    return this.messages.filter({ hasText: new RegExp(`^You:\\s*${text}`) })
  }

  async waitForGreeting(): Promise<void> {
    await expect(this.log.getByRole('button', { name: 'Show everything' }).first()).toBeVisible()
    await expect(this.streamingMessage).toHaveCount(0)
  }

  /** Starts a conversation, and waits for the bot's greeting. */
  async startConversation(): Promise<void> {
    const before = await this.readBrowserState()
    await this.page.getByRole('button', { name: 'New conversation' }).click()
    await expect
      .poll(async () => (await this.readBrowserState()).conversationId)
      .not.toBe(before.conversationId)
    // The URL changes before the page. The list and the log change together.
    const { conversationId } = await this.readBrowserState()
    const current = this.page.locator('[data-conversation][aria-current=page]')
    await expect(current).toHaveAttribute('data-conversation', conversationId)
    await expect(this.messages).toHaveCount(2)
    await expect(this.streamingMessage).toHaveCount(0)
  }

  async send(text: string): Promise<void> {
    await this.messageField.fill(text)
    await this.messageField.press('Enter')
  }

  button(name: string): Locator {
    return this.log.getByRole('button', { name, exact: true })
  }

  /** Chooses an item of a message's menu. */
  async chooseAction(message: Locator, action: string): Promise<void> {
    await message.hover()
    await message.getByRole('button', { name: 'Message actions' }).click()
    await this.page.getByRole('menuitem', { name: action }).click()
  }

  async openPeople(): Promise<void> {
    await this.page.getByRole('button', { name: 'People', exact: true }).click()
    await expect(this.people).toBeVisible()
  }

  /** The user key in the browser's storage, and the id of the open conversation. */
  async readBrowserState(): Promise<{ userKey: string; conversationId: string }> {
    return this.page.evaluate(
      (url) => ({
        userKey: localStorage.getItem(`parley:${url}`) ?? '',
        conversationId: decodeURIComponent(location.hash.replace('#/c/', '')),
      }),
      `${this.origin}/demo`,
    )
  }

  /** Connects as the page's user, as another device would. */
  async connectAsUser(): Promise<ConnectedUser> {
    const { userKey } = await this.readBrowserState()
    return createChat({ url: `${this.origin}/demo` }).connect({ userKey })
  }

  async fetchUser(): Promise<{ id: string }> {
    const { userKey } = await this.readBrowserState()
    const response = await fetch(`${this.origin}/demo/users/me`, { headers: { 'x-user-key': userKey } })
    return ((await response.json()) as { user: { id: string } }).user
  }

  /** Sends a message as the page's user without the page, as another device would. */
  async sendFromOtherDevice(payload: object): Promise<void> {
    const { userKey, conversationId } = await this.readBrowserState()
    const response = await fetch(`${this.origin}/demo/messages`, {
      method: 'POST',
      headers: { 'x-user-key': userKey, 'content-type': 'application/json' },
      body: JSON.stringify({ conversationId, payload }),
    })
    expect(response.status).toBe(201)
  }
}
