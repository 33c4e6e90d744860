import { emptyThread, reduceThread, type Thread, type ThreadAction } from './thread.ts'

export type Connection =
  | { state: 'connecting' }
  | { state: 'online' }
  /** It stood, and broke off. */
  | { state: 'lost' }
  /** It never stood. */
  | { state: 'unreachable'; reason: string }

export interface BotProfile {
  name: string
  pictureUrl?: string
}

/** What is known of the messages older than those in the thread. */
export type Older =
  | { state: 'unknown' }
  | { state: 'none' }
  | { state: 'some' | 'loading' | 'failed'; nextToken: string }

/** All that the page shows. */
export interface ChatState {
  connection: Connection
  bot: BotProfile
  thread: Thread | undefined
  older: Older
}

export type ChatAction =
  | { type: 'connecting' }
  | { type: 'connected' }
  | { type: 'connection_lost' }
  | { type: 'unreachable'; reason: string }
  | { type: 'bot_known'; bot: BotProfile }
  | { type: 'conversation_opened'; conversationId: string; userId: string }
  | { type: 'older_known'; conversationId: string; nextToken: string | undefined }
  | { type: 'older_loading' | 'older_failed'; conversationId: string }
  | { type: 'thread'; conversationId: string; action: ThreadAction }

export const initialState: ChatState = {
  connection: { state: 'connecting' },
  bot: { name: 'Parley' },
  thread: undefined,
  older: { state: 'unknown' },
}

/** What the page's state becomes. Pure; what concerns a conversation that is no longer open changes nothing. */
export function reduceChat(state: ChatState, action: ChatAction): ChatState {
  if ('conversationId' in action && action.type !== 'conversation_opened') {
    if (action.conversationId !== state.thread?.conversationId) return state
  }

  switch (action.type) {
    case 'connecting':
      return { ...state, connection: { state: 'connecting' } }
    case 'connected':
      return { ...state, connection: { state: 'online' } }
    case 'connection_lost':
      return { ...state, connection: { state: 'lost' } }
    case 'unreachable':
      return { ...state, connection: { state: 'unreachable', reason: action.reason } }
    case 'bot_known':
      return { ...state, bot: action.bot }
    case 'conversation_opened':
      if (isOpen(state.thread, action)) return state
      return {
        ...state,
        thread: emptyThread(action.conversationId, action.userId),
        older: { state: 'unknown' },
      }
    case 'older_known':
      return { ...state, older: olderFrom(action.nextToken) }
    case 'older_loading':
      return { ...state, older: changeOlder(state.older, 'loading') }
    case 'older_failed':
      return { ...state, older: changeOlder(state.older, 'failed') }
    case 'thread':
      return state.thread ? { ...state, thread: reduceThread(state.thread, action.action) } : state
  }
}

function isOpen(
  thread: Thread | undefined,
  { conversationId, userId }: Pick<Thread, 'conversationId' | 'userId'>,
): boolean {
  return thread?.conversationId === conversationId && thread.userId === userId
}

function olderFrom(nextToken: string | undefined): Older {
  return nextToken === undefined ? { state: 'none' } : { state: 'some', nextToken }
}

function changeOlder(older: Older, state: 'loading' | 'failed'): Older {
  return 'nextToken' in older ? { state, nextToken: older.nextToken } : older
}
