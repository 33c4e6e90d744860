import { isChatError, type ConnectedUser, type KeyStorage } from '@parley/core'

const place = 'parley-demo:conversation'

/** The id of the visitor's conversation: that of last time, else a new one, which is remembered. */
export async function openConversation(
  me: ConnectedUser,
  storage: KeyStorage,
  { isNew = false }: { isNew?: boolean } = {},
): Promise<string> {
  const remembered = isNew ? undefined : await storage.getItem(place)
  const id = remembered ? await reopen(me, remembered) : undefined
  if (id !== undefined) return id

  const { conversation } = await me.createConversation()
  await storage.setItem(place, conversation.id)
  return conversation.id
}

async function reopen(me: ConnectedUser, id: string): Promise<string | undefined> {
  try {
    const { conversation } = await me.getOrCreateConversation({ id })
    return conversation.id
  } catch (error) {
    // The visitor's key was lost or refused, so that they are somebody else now.
    if (isChatError(error) && (error.type === 'Forbidden' || error.type === 'InvalidPayload'))
      return undefined
    throw error
  }
}
