import type * as chat from '@botpress/chat'

declare global {
  interface Window {
    /** The browser build of the official client. */
    chat: typeof chat
  }
}

/**
 * What the tests run inside of a page: each function is sent there as its source, so it refers to nothing around it.
 */

/** Sends texts one by one, each when the bot has answered the last. @returns What was heard. */
export async function converse({ apiUrl, texts }: { apiUrl: string; texts: string[] }): Promise<unknown[]> {
  const me = await window.chat.Client.connect({ apiUrl })
  const { id } = (await me.createConversation({})).conversation
  const listener = await me.listenConversation({ id })
  const heard: unknown[] = []
  let resume: () => void = () => undefined
  listener.on('error', (error) => heard.push(String(error)))
  listener.on('unknown', (data) => heard.push(JSON.parse(String(data)).type))
  listener.on('message_created', ({ payload, isBot }) => {
    heard.push({ payload, isBot })
    if (isBot) resume()
  })

  for (const text of texts) {
    const answered = new Promise<void>((resolve) => (resume = resolve))
    await me.createMessage({ conversationId: id, payload: { type: 'text', text } })
    await answered
  }
  await listener.disconnect()
  return heard
}

/** @returns Of each message heard, whether it was the bot's. */
export async function sendThenListen(apiUrl: string): Promise<boolean[]> {
  const me = await window.chat.Client.connect({ apiUrl })
  const { id } = (await me.createConversation({})).conversation
  const heard: boolean[] = []

  await me.createMessage({ conversationId: id, payload: { type: 'text', text: 'hello' } })
  const listener = await me.listenConversation({ id })
  await new Promise<void>((resolve) => {
    listener.on('message_created', ({ isBot }) => {
      heard.push(isBot)
      if (isBot) resolve()
    })
  })
  await listener.disconnect()
  return heard
}

/** Listens to a conversation until it is deleted. @returns Whose message was heard, and how the listener ends. */
export async function listenUntilDeleted({ apiUrl, id }: { apiUrl: string; id: string }): Promise<string[]> {
  const me = await window.chat.Client.connect({ apiUrl })
  await me.createConversation({ id })
  const listener = await me.listenConversation({ id })
  const said = new Promise<string>((resolve) => {
    listener.on('message_created', ({ conversationId }) => {
      resolve(conversationId)
    })
  })
  const lost = new Promise<Error>((resolve) => {
    listener.on('error', resolve)
  })

  await me.createMessage({ conversationId: id, payload: { type: 'text', text: 'hello' } })
  const where = await said
  await me.deleteConversation({ id })
  await lost
  return [where, listener.status]
}

/** Calls every operation. @returns The names of those that were answered. */
export async function callEverything(apiUrl: string): Promise<string[]> {
  const bare = new window.chat.Client({ apiUrl })
  const me = await window.chat.Client.connect({ apiUrl })
  const { key } = me.user
  const id = 'a/b'
  const text = { conversationId: id, payload: { type: 'text', text: 'hello' } } as const
  const friend = { conversationId: id, userId: 'friend' }
  let messageId = ''
  let eventId = ''
  const calls: Record<string, () => Promise<unknown>> = {
    createUser: async () => bare.createUser({ id: friend.userId }),
    getOrCreateUser: async () => bare.getOrCreateUser({ 'x-user-key': key, name: 'Ada' }),
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

  const answered: string[] = []
  for (const [name, call] of Object.entries(calls)) {
    await call()
    answered.push(name)
  }
  return answered
}

/** Does what has to be refused, in many ways. @returns The kind, the type and the code of each error. */
export async function collectRefusals(apiUrl: string): Promise<unknown[]> {
  const bare = new window.chat.Client({ apiUrl })
  const me = await window.chat.Client.connect({ apiUrl })
  const stranger = await window.chat.Client.connect({ apiUrl })
  const { id } = (await me.createConversation({})).conversation
  const say = async (text: string): Promise<unknown> =>
    me.createMessage({ conversationId: id, payload: { type: 'text', text } })
  const attempts = [
    async () => bare.getUser({ 'x-user-key': 'nonsense' }),
    async () => stranger.getConversation({ id }),
    async () => me.getMessage({ id: 'msg_none' }),
    async () => me.createConversation({ id }),
    async () => say(''),
    async () => say('x'.repeat(2_000_000)),
  ]

  const refusals: unknown[] = []
  for (const attempt of attempts) {
    const error: unknown = await attempt().catch((thrown: unknown) => thrown)
    refusals.push(window.chat.isApiError(error) ? [error.type, error.code] : String(error))
  }
  return refusals
}
