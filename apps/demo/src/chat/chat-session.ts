import type { Chat, ConnectedUser, KeyStorage, Payload } from '@parley/core'
import { initialState, reduceChat, type ChatAction, type ChatState } from './chat-state.ts'
import { followConversation, type Follower } from './follow-conversation.ts'
import { openConversation } from './open-conversation.ts'
import { reasonOf } from './reason-of.ts'
import type { ThreadAction } from './thread.ts'

/** The visitor's chat: one state to show, and what the visitor can do. */
export interface ChatSession {
  getState: () => ChatState
  /** Calls back after each change; returns how to stop. */
  subscribe: (listener: () => void) => () => void
  /** Connects, as the visitor and to the conversation of last time, and fetches what was missed. */
  connect: () => Promise<void>
  /** Shows a message at once and sends it. `answers` names the message that it replies to. */
  send: (payload: Payload, options?: { answers?: string }) => Promise<void>
  /** Sends a failed message again, unless it turns out to have arrived. */
  retry: (clientMessageId: string) => Promise<void>
  discard: (clientMessageId: string) => void
  loadOlder: () => Promise<void>
  startConversation: () => Promise<void>
  /** Fetches the newest messages: a device that slept may have missed some. */
  refresh: () => Promise<void>
}

export interface ChatSessionOptions {
  chat: Chat
  /** Remembers the visitor's key and conversation. */
  storage: KeyStorage
  now?: () => Date
  newId?: () => string
}

export function createChatSession(options: ChatSessionOptions): ChatSession {
  const { chat, storage, now = () => new Date(), newId = () => crypto.randomUUID() } = options
  const listeners = new Set<() => void>()
  let state = initialState
  let me: ConnectedUser | undefined
  let follower: Follower | undefined

  function dispatch(action: ChatAction): void {
    const next = reduceChat(state, action)
    if (next === state) return
    state = next
    for (const listener of listeners) listener()
  }

  function changeThread(conversationId: string, action: ThreadAction): void {
    dispatch({ type: 'thread', conversationId, action })
  }

  async function open({ isNew }: { isNew: boolean }): Promise<void> {
    if (state.connection.state !== 'online') dispatch({ type: 'connecting' })
    try {
      // Asked each time: the server may have forgotten a visitor whom this page remembers.
      const user = await chat.connect({ storage })
      const conversationId = await openConversation(user, storage, { isNew })
      if (me?.user.id !== user.user.id || follower?.conversationId !== conversationId)
        follow(user, conversationId)
      follower?.start()
    } catch (error) {
      dispatch({ type: 'unreachable', reason: reasonOf(error) })
    }
  }

  function follow(user: ConnectedUser, conversationId: string): void {
    follower?.stop()
    me = user
    dispatch({ type: 'conversation_opened', conversationId, userId: user.user.id })
    follower = followConversation({
      me: user,
      conversationId,
      onChange: (action) => changeThread(conversationId, action),
      onFirstPage: (nextToken) => dispatch({ type: 'older_known', conversationId, nextToken }),
      onUpToDate: () => dispatch({ type: 'connected' }),
      onLost: () => dispatch({ type: 'connection_lost' }),
    })
  }

  async function introduceBot(): Promise<void> {
    try {
      const { bot } = await chat.hello()
      if (!bot?.name) return
      const { name, pictureUrl } = bot
      dispatch({ type: 'bot_known', bot: { name, ...(pictureUrl && { pictureUrl }) } })
    } catch {
      // The chat works without the bot's name; that nothing answers shows elsewhere.
    }
  }

  async function connect(): Promise<void> {
    await Promise.all([introduceBot(), open({ isNew: false })])
  }

  async function post(clientMessageId: string): Promise<void> {
    const { thread } = state
    const pending = thread?.pending.find((each) => each.clientMessageId === clientMessageId)
    if (!me || !thread || !pending) return
    const { conversationId } = thread
    const { payload, metadata } = pending
    const { message } = await me.createMessage({ conversationId, payload, metadata })
    changeThread(conversationId, { type: 'stored', messages: [message] })
    // Who takes a message can be listened to as well.
    if (state.connection.state === 'lost') void connect()
  }

  /** Does what sends a pending message, and shows why where it fails. */
  async function attempt(clientMessageId: string, work: () => Promise<void>): Promise<void> {
    const conversationId = state.thread?.conversationId ?? ''
    try {
      await work()
    } catch (error) {
      changeThread(conversationId, { type: 'send_failed', clientMessageId, reason: reasonOf(error) })
    }
  }

  async function fetchNewest(): Promise<void> {
    const conversationId = state.thread?.conversationId
    if (!me || conversationId === undefined) return
    const { messages } = await me.listMessages({ conversationId })
    changeThread(conversationId, { type: 'stored', messages })
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    connect,
    async send(payload, { answers } = {}) {
      if (!state.thread) return
      const clientMessageId = newId()
      const metadata = { clientMessageId, ...(answers !== undefined && { answers }) }
      const message = {
        clientMessageId,
        payload,
        metadata,
        at: now().toISOString(),
        state: 'sending' as const,
      }
      changeThread(state.thread.conversationId, { type: 'send', message })
      await attempt(clientMessageId, () => post(clientMessageId))
    },
    async retry(clientMessageId) {
      if (!state.thread) return
      changeThread(state.thread.conversationId, { type: 'retry', clientMessageId })
      await attempt(clientMessageId, async () => {
        // It may have arrived, and only its answer was lost: then it settles here and is not sent twice.
        await fetchNewest()
        await post(clientMessageId)
      })
    },
    discard(clientMessageId) {
      if (state.thread) changeThread(state.thread.conversationId, { type: 'discard', clientMessageId })
    },
    async loadOlder() {
      const { thread, older } = state
      if (!me || !thread || (older.state !== 'some' && older.state !== 'failed')) return
      const { conversationId } = thread
      dispatch({ type: 'older_loading', conversationId })
      try {
        const page = await me.listMessages({ conversationId, nextToken: older.nextToken })
        changeThread(conversationId, { type: 'stored', messages: page.messages })
        dispatch({ type: 'older_known', conversationId, nextToken: page.meta.nextToken })
      } catch {
        dispatch({ type: 'older_failed', conversationId })
      }
    },
    startConversation: () => open({ isNew: true }),
    refresh: () => fetchNewest().catch(() => {}),
  }
}
