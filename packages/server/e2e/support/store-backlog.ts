import { openSqliteStorage } from '../../src/storage/sqlite/sqlite-storage.ts'

/** Stores messages as if a server had accepted them and crashed before its bot handled them. */
export async function storeBacklog(
  data: string,
  messages: readonly { conversationId: string; text: string; userId?: string }[],
): Promise<void> {
  const storage = await openSqliteStorage({ path: data })
  const bot = await storage.execute('registerBot', {
    webhookId: 'demo',
    userId: 'bot_demo',
    fieldsJson: '{}',
  })
  const callerOf = ({ userId = 'ann' }: { userId?: string }) => ({ bot, userId })
  for (const id of new Set(['ann', ...messages.map((message) => callerOf(message).userId)]))
    await storage.execute('createUser', { bot, id, fields: {} })
  const watermark = await storage.queries.latestSequence()
  await storage.execute('finishTurn', { bot, conversationRowId: 0, seq: 0, watermark })
  const owners = new Map(messages.map((message) => [message.conversationId, callerOf(message)]))
  for (const [id, caller] of owners) await storage.execute('createConversation', { caller, id })
  for (let start = 0; start < messages.length; start += 100) {
    const storing = messages.slice(start, start + 100).map((message) => {
      const { conversationId, text } = message
      const payload = JSON.stringify({ type: 'text', text })
      const caller = callerOf(message)
      return storage.execute('createMessage', { caller, conversationId, payload, metadata: undefined })
    })
    await Promise.all(storing)
  }
  await storage.close()
}
