import type { InferNamed } from '@parley/core/contract'
import { requireExistingUser, notParticipantOfEntry, unknownEntry } from '../domain/checks.ts'
import type { LogEntry } from '../domain/records.ts'
import { eventJson, messageJson } from '../wire/render.ts'
import { requireCurrentMembership, requireMembership } from './conversation-handlers.ts'
import type { RequestContext, Handler } from './handler.ts'
import { parsePageQuery } from './page-query.ts'

export const createMessage: Handler<InferNamed<'CreateMessageBody'>> = async ({
  caller,
  body,
  bodyText,
  once,
  storage,
}) => {
  const text = bodyText()
  const input = {
    caller,
    conversationId: body.conversationId,
    payload: text.get('payload') ?? '',
    metadata: text.get('metadata'),
  }
  const entry = await storage.execute('createMessage', input, once)
  return `{"message":${messageJson(entry)}}`
}

export const listMessages: Handler<unknown, InferNamed<'PageQuery'>> = async (call) => {
  const { query, storage, params } = call
  const id = params['conversationId'] ?? ''
  for (let place = await requireMembership(call, id); ; place = await requireCurrentMembership(call, id)) {
    const page = await storage.queries.messagePage(
      place,
      parsePageQuery('messages', place.conversation.rowId, query),
    )
    // Otherwise the caller was removed just now: that is to be said, or they are back already.
    if (page !== undefined) return page
  }
}

export const getMessage: Handler = async (call) =>
  `{"message":${messageJson(await readable(call, { kind: 'message', id: call.params['id'] ?? '' }))}}`

export const deleteMessage: Handler = async ({ caller, params, storage }) => {
  await storage.execute('deleteMessage', { caller, id: params['id'] ?? '' })
  return '{}'
}

export const createEvent: Handler<InferNamed<'CreateEventBody'>> = async ({
  caller,
  body,
  bodyText,
  once,
  storage,
}) => {
  const input = { caller, conversationId: body.conversationId, payload: bodyText().get('payload') ?? '' }
  const entry = await storage.execute('createEvent', input, once)
  return `{"event":${eventJson(entry)}}`
}

export const getEvent: Handler = async (call) =>
  `{"event":${eventJson(await readable(call, { kind: 'event', id: call.params['id'] ?? '' }))}}`

/** A message or event that the caller may read. A bot's event is in the signal log alone. */
async function readable(
  { caller, storage }: Pick<RequestContext, 'caller' | 'storage'>,
  { kind, id }: { kind: 'message' | 'event'; id: string },
): Promise<LogEntry> {
  const access = await storage.queries.entryAccess(caller.bot, caller.userId, { kind, id })
  requireExistingUser(access?.user, caller)
  const entry = access?.entry
  if (!entry || (kind === 'event' && entry.isBot)) throw unknownEntry(kind, id)
  if (!access.isParticipant) throw notParticipantOfEntry(kind)
  return entry
}
