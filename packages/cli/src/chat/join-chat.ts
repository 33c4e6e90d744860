import { createChat, isChatError, type ConnectedUser, type ServerInfo } from '@parley/core'
import type { ChatCommandOptions } from './parse-chat-options.ts'
import { openSavedChats, type SavedChats } from './saved-chats.ts'

export interface JoinedChat {
  readonly url: string
  readonly me: ConnectedUser
  /** Undefined if the server does not describe its bot. */
  readonly bot: ServerInfo['bot']
  readonly conversationId: string
  /** Whether the server can stop the bot's running turn. */
  readonly canStop: boolean
}

/**
 * Connects as a user of the bot, and finds or creates the conversation.
 *
 * @param context.warn - Called with failures that do not prevent joining.
 * @throws Error that says what to do.
 */
export async function joinChat(
  options: ChatCommandOptions,
  { signal, warn }: { signal: AbortSignal; warn: (text: string) => void },
): Promise<JoinedChat> {
  const chat = createChat(options.address)
  const { url } = chat
  const onFailure = (reason: string): void => {
    warn(
      `Unable to save this conversation for the next run; ${reason}. Check the folder ${options.stateFolder}.`,
    )
  }
  const saved = openSavedChats(options.stateFolder, { url, onFailure })
  const credentials =
    options.userKey === undefined ? { storage: saved.guestStorage } : { userKey: options.userKey }
  try {
    const me = await chat.connect({
      ...credentials,
      ...(options.name !== undefined && { name: options.name }),
      signal,
    })
    const conversationId = await findConversation(me, saved, options)
    const serverInfo = await me.serverInfo({ signal }).catch(() => undefined)
    const canStop = serverInfo?.capabilities.includes('stop') === true
    return { url, me, bot: serverInfo?.bot, conversationId, canStop }
  } catch (error) {
    signal.throwIfAborted()
    throw createJoinError(error, url, options)
  }
}

async function findConversation(
  me: ConnectedUser,
  saved: SavedChats,
  { conversationId, isNew }: ChatCommandOptions,
): Promise<string> {
  if (conversationId !== undefined) {
    if (!(await isParticipant(me, conversationId))) await me.getOrCreateConversation({ id: conversationId })
    return conversationId
  }
  const savedId = isNew ? undefined : saved.getConversationId(me.user.id)
  if (savedId !== undefined && (await isParticipant(me, savedId).catch(falseIfForbidden))) return savedId
  const { conversation } = await me.createConversation({})
  saved.saveConversationId(me.user.id, conversation.id)
  return conversation.id
}

/** False if the conversation does not exist. @throws ChatError of type `Forbidden` if the user is not a participant. */
async function isParticipant(me: ConnectedUser, id: string): Promise<boolean> {
  try {
    await me.getConversation({ id })
    return true
  } catch (error) {
    if (isChatError(error) && error.type === 'ResourceNotFound') return false
    throw error
  }
}

/** The user was removed from the saved conversation: a new one is created. */
function falseIfForbidden(error: unknown): false {
  if (isChatError(error) && error.type === 'Forbidden') return false
  throw error
}

function createJoinError(
  error: unknown,
  url: string,
  { userKey, conversationId }: ChatCommandOptions,
): Error {
  const reason = getReason(error, { hasUserKey: userKey !== undefined, conversationId })
  return new Error(`Unable to chat at ${url}; ${reason}`, { cause: error })
}

function getReason(
  error: unknown,
  { hasUserKey, conversationId }: { hasUserKey: boolean; conversationId: string | undefined },
): string {
  if (!isChatError(error)) return String(error instanceof Error ? error.message : error)
  const { type } = error
  if (type === 'Unauthorized' && hasUserKey) return 'the server rejected the user key. Check the key.'
  if (type === 'Unauthorized')
    return 'this bot requires a user key signed by its operator. Pass it with --key or PARLEY_USER_KEY.'
  if (type === 'ResourceNotFound')
    return 'the bot does not exist. The URL must end with its webhook id, as in http://127.0.0.1:3000/demo.'
  if (type === 'Forbidden' && conversationId !== undefined)
    return (
      `you are not a participant in the conversation ${conversationId}. ` +
      'Ask its owner to add you, or remove --conversation.'
    )
  return error.message.replace(/^Unable to [^;]*; /, '')
}
