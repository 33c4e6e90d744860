import type { InferNamed } from '@parley/core/contract'
import { requireExistingUser, notParticipantOfEntry, unknownEntry } from '../domain/checks.ts'
import type { LogEntry } from '../domain/records.ts'
import { eventJson, messageJson, responseJson } from '../wire/render.ts'
import { requireCurrentMembership, requireMembership } from './conversation-handlers.ts'
import { parsePageQuery, type Handler, type RequestContext } from './request-context.ts'

export const createMessage: Handler<InferNamed<'CreateMessageBody'>> = async ({
  caller,
  body,
  bodyText,
  idempotencyKey,
  storage,
}) => {
  const text = bodyText()
  const input = {
    caller,
    conversationId: body.conversationId,
    payload: text.get('payload') ?? '',
    metadata: text.get('metadata'),
  }
  const entry = await storage.execute('createMessage', input, idempotencyKey)
  return responseJson('message', messageJson(entry))
}

export const listMessages: Handler<unknown, InferNamed<'PageQuery'>> = async (context) => {
  const { query, storage, params } = context
  const id = params['conversationId'] ?? ''
  for (
    let membership = await requireMembership(context, id);
    ;
    membership = await requireCurrentMembership(context, id)
  ) {
    const page = await storage.queries.messagePage(
      membership,
      parsePageQuery('messages', membership.conversation.rowId, query),
    )
    // Otherwise, the cached membership is outdated. Checking it again throws if the caller is no longer a participant.
    if (page !== undefined) return page
  }
}

export const getMessage: Handler = async (context) =>
  responseJson(
    'message',
    messageJson(await requireReadable(context, { kind: 'message', id: context.params['id'] ?? '' })),
  )

export const deleteMessage: Handler = async ({ caller, params, storage }) => {
  await storage.execute('deleteMessage', { caller, id: params['id'] ?? '' })
  return '{}'
}

export const createEvent: Handler<InferNamed<'CreateEventBody'>> = async ({
  caller,
  body,
  bodyText,
  idempotencyKey,
  storage,
}) => {
  const input = { caller, conversationId: body.conversationId, payload: bodyText().get('payload') ?? '' }
  const entry = await storage.execute('createEvent', input, idempotencyKey)
  return responseJson('event', eventJson(entry))
}

export const getEvent: Handler = async (context) =>
  responseJson(
    'event',
    eventJson(await requireReadable(context, { kind: 'event', id: context.params['id'] ?? '' })),
  )

/** Returns a message or event that the caller may read. Events of bots can only be streamed. */
async function requireReadable(
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
