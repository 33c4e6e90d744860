import { createChat, isChatError, type ConnectedUser, type ServerInfo } from '@parley/core'
import type { ChatCommandOptions } from './parse-chat-options.ts'
import { openSavedChats, type SavedChats } from './saved-chats.ts'

export interface JoinedChat {
  readonly url: string
  readonly me: ConnectedUser
  /** The bot, as far as the server says. */
  readonly bot: ServerInfo['bot']
  readonly conversationId: string
}

/**
 * Becomes a user of the bot and finds the conversation to go on with.
 *
 * @param warn - Is told what went wrong without stopping it.
 * @throws Error that says what to do.
 */
export async function joinChat(
  options: ChatCommandOptions,
  { signal, warn }: { signal: AbortSignal; warn: (text: string) => void },
): Promise<JoinedChat> {
  const chat = createChat(options.address)
  const { url } = chat
  const onFailure = (reason: string): void => {
    warn(`Unable to keep this conversation for the next time; ${reason}`)
  }
  const state = openSavedChats(options.stateFolder, { url, onFailure })
  const who = options.userKey === undefined ? { storage: state.guestStorage } : { userKey: options.userKey }
  try {
    const me = await chat.connect({
      ...who,
      ...(options.name !== undefined && { name: options.name }),
      signal,
    })
    const conversationId = await findConversation(me, state, options)
    const hello = await me.serverInfo({ signal }).catch(() => undefined)
    return { url, me, bot: hello?.bot, conversationId }
  } catch (error) {
    signal.throwIfAborted()
    throw explain(error, url, options)
  }
}

async function findConversation(
  me: ConnectedUser,
  state: SavedChats,
  options: ChatCommandOptions,
): Promise<string> {
  const { conversationId: asked, isNew } = options
  if (asked !== undefined) {
    if (!(await takesPart(me, asked))) await me.getOrCreateConversation({ id: asked })
    return asked
  }
  const kept = isNew ? undefined : state.getConversationId(me.user.id)
  if (kept !== undefined && (await takesPart(me, kept).catch(isForbidden))) return kept
  const { conversation } = await me.createConversation({})
  state.saveConversationId(me.user.id, conversation.id)
  return conversation.id
}

/** False where there is no such conversation. */
async function takesPart(me: ConnectedUser, id: string): Promise<boolean> {
  try {
    await me.getConversation({ id })
    return true
  } catch (error) {
    if (isChatError(error) && error.type === 'ResourceNotFound') return false
    throw error
  }
}

/** The kept conversation is not this user's any more: a new one will do. */
function isForbidden(error: unknown): false {
  if (isChatError(error) && error.type === 'Forbidden') return false
  throw error
}

function explain(error: unknown, url: string, { userKey, conversationId }: ChatCommandOptions): Error {
  const reason = reasonOf(error, { isKeyGiven: userKey !== undefined, conversationId })
  return new Error(`Unable to chat at ${url}; ${reason}`, { cause: error })
}

function reasonOf(
  error: unknown,
  given: { isKeyGiven: boolean; conversationId: string | undefined },
): string {
  if (!isChatError(error)) return String(error instanceof Error ? error.message : error)
  const { type } = error
  if (type === 'Unauthorized' && given.isKeyGiven) return 'the user key was refused. Check it.'
  if (type === 'Unauthorized')
    return 'it takes only users whose keys its operator signs. Give yours by --key or PARLEY_USER_KEY.'
  if (type === 'ResourceNotFound')
    return 'there is no such bot. A URL ends with its webhook id, as http://127.0.0.1:3000/demo does.'
  if (type === 'Forbidden' && given.conversationId !== undefined)
    return `the conversation ${given.conversationId} is someone else's. Ask its owner to add you, or leave out --conversation.`
  return error.message.replace(/^Unable to [^;]*; /, '')
}
