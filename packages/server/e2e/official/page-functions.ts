import type * as chat from '@botpress/chat'

declare global {
  interface Window {
    /** The browser build of the official client. */
    chat: typeof chat
  }
}

/*
 * Functions that tests run in a page. Playwright sends their source to the page, so they can use only their own code
 * and globals of the page.
 */

/** Sends each text after the bot has answered the previous one. @returns All received signals. */
export async function sendOneByOne({
  apiUrl,
  texts,
}: {
  apiUrl: string
  texts: string[]
}): Promise<unknown[]> {
  const me = await window.chat.Client.connect({ apiUrl })
  const { id } = (await me.createConversation({})).conversation
  const listener = await me.listenConversation({ id })
  const received: unknown[] = []
  let resume: () => void = () => undefined
  listener.on('error', (error) => received.push(String(error)))
  listener.on('unknown', (data) => received.push(JSON.parse(String(data)).type))
  listener.on('message_created', ({ payload, isBot }) => {
    received.push({ payload, isBot })
    if (isBot) resume()
  })

  for (const text of texts) {
    const answered = new Promise<void>((resolve) => (resume = resolve))
    await me.createMessage({ conversationId: id, payload: { type: 'text', text } })
    await answered
  }
  await listener.disconnect()
  return received
}

/** Sends a message, then listens. @returns Whether each received message is from the bot. */
export async function sendThenListen(apiUrl: string): Promise<boolean[]> {
  const me = await window.chat.Client.connect({ apiUrl })
  const { id } = (await me.createConversation({})).conversation
  const received: boolean[] = []

  await me.createMessage({ conversationId: id, payload: { type: 'text', text: 'hello' } })
  const listener = await me.listenConversation({ id })
  await new Promise<void>((resolve) => {
    listener.on('message_created', ({ isBot }) => {
      received.push(isBot)
      if (isBot) resolve()
    })
  })
  await listener.disconnect()
  return received
}

/**
 * Listens to a conversation until it is deleted.
 *
 * @returns The conversation of the received message, and the final status of the listener.
 */
export async function listenUntilDeleted({ apiUrl, id }: { apiUrl: string; id: string }): Promise<string[]> {
  const me = await window.chat.Client.connect({ apiUrl })
  await me.createConversation({ id })
  const listener = await me.listenConversation({ id })
  const received = new Promise<string>((resolve) => {
    listener.on('message_created', (message) => {
      resolve(message.conversationId)
    })
  })
  const lost = new Promise<Error>((resolve) => {
    listener.on('error', resolve)
  })

  await me.createMessage({ conversationId: id, payload: { type: 'text', text: 'hello' } })
  const conversationId = await received
  await me.deleteConversation({ id })
  await lost
  return [conversationId, listener.status]
}

/** Calls every operation. @returns The names of those that succeeded. */
export async function callEveryOperationInPage(apiUrl: string): Promise<string[]> {
  const client = new window.chat.Client({ apiUrl })
  const me = await window.chat.Client.connect({ apiUrl })
  const { key } = me.user
  const id = 'a/b'
  const text = { conversationId: id, payload: { type: 'text', text: 'hello' } } as const
  const friend = { conversationId: id, userId: 'friend' }
  let messageId = ''
  let eventId = ''
  const calls: Record<string, () => Promise<unknown>> = {
    createUser: async () => client.createUser({ id: friend.userId }),
    getOrCreateUser: async () => client.getOrCreateUser({ 'x-user-key': key, name: 'Ada' }),
    getUser: async () => me.getUser({}),
    updateUser: async () => me.updateUser({ profile: 'a poet' }),
    createConversation: async () => me.createConversation({ id }),
    getOrCreateConversation: async () => me.getOrCreateConversation({ id }),
    getConversation: async () => me.getConversation({ id }),
    listConversations: async () => me.listConversations({}),
    listenConversation: async () => (await me.listenConversation({ id })).disconnect(),
    addParticipant: async () => me.addParticipant(friend),
    getParticipant: async () => me.getParticipant(friend),
    listParticipants: async () => me.listParticipants({ conversationId: id }),
    removeParticipant: async () => me.removeParticipant(friend),
    createMessage: async () => (messageId = (await me.createMessage(text)).message.id),
    getMessage: async () => me.getMessage({ id: messageId }),
    listMessages: async () => me.listMessages({ conversationId: id }),
    deleteMessage: async () => me.deleteMessage({ id: messageId }),
    createEvent: async () => (eventId = (await me.createEvent({ conversationId: id, payload: {} })).event.id),
    getEvent: async () => me.getEvent({ id: eventId }),
    deleteConversation: async () => me.deleteConversation({ id }),
    deleteUser: async () => me.deleteUser({}),
  }

  const succeeded: string[] = []
  for (const [name, call] of Object.entries(calls)) {
    await call()
    succeeded.push(name)
  }
  return succeeded
}

/** Sends requests that the server rejects. @returns The type and the code of each error. */
export async function collectErrors(apiUrl: string): Promise<unknown[]> {
  const client = new window.chat.Client({ apiUrl })
  const me = await window.chat.Client.connect({ apiUrl })
  const nonParticipant = await window.chat.Client.connect({ apiUrl })
  const { id } = (await me.createConversation({})).conversation
  const send = async (text: string): Promise<unknown> =>
    me.createMessage({ conversationId: id, payload: { type: 'text', text } })
  const attempts = [
    async () => client.getUser({ 'x-user-key': 'nonsense' }),
    async () => nonParticipant.getConversation({ id }),
    async () => me.getMessage({ id: 'msg_none' }),
    async () => me.createConversation({ id }),
    async () => send(''),
    async () => send('x'.repeat(2_000_000)),
  ]

  const errors: unknown[] = []
  for (const attempt of attempts) {
    const error: unknown = await attempt().catch((thrown: unknown) => thrown)
    errors.push(window.chat.isApiError(error) ? [error.type, error.code] : String(error))
  }
  return errors
}
