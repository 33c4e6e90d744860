import type { InferNamed } from '@parley/core/contract'
import {
  requireExistingUser,
  unknownParticipant,
  notParticipant,
  unknownConversation,
} from '../domain/checks.ts'
import type { ConversationAccess, Membership } from '../domain/queries.ts'
import type { ConversationRecord } from '../domain/records.ts'
import { newId } from '../wire/ids.ts'
import { pageJson } from '../wire/page.ts'
import { conversationJson, responseJson, typingJson, userJson } from '../wire/render.ts'
import { parsePageQuery, type Handler, type RequestContext } from './request-context.ts'

type PageQuery = InferNamed<'PageQuery'>

export const createConversation: Handler<InferNamed<'CreateConversationBody'>> = async ({
  caller,
  body,
  idempotencyKey,
  storage,
}) =>
  result(
    await storage.execute('createConversation', { caller, id: body.id ?? newId('conv') }, idempotencyKey),
  )

export const getOrCreateConversation: Handler<InferNamed<'GetOrCreateConversationBody'>> = async ({
  caller,
  body,
  idempotencyKey,
  storage,
}) => result(await storage.execute('getOrCreateConversation', { caller, id: body.id }, idempotencyKey))

export const getConversation: Handler = async (context) => {
  const { conversation } = await requireKnownConversation(context, context.params['id'] ?? '')
  return result(conversation)
}

export const deleteConversation: Handler = async ({ caller, params, storage }) => {
  await storage.execute('deleteConversation', { caller, id: params['id'] ?? '' })
  return '{}'
}

export const listConversations: Handler<unknown, PageQuery> = async ({ caller, query, storage }) => {
  const user = requireExistingUser(await storage.queries.user(caller.bot, caller.userId), caller)
  const page = parsePageQuery('conversations', user.rowId, query)
  const { items, hasMore } = await storage.queries.conversations(user, page)
  const jsonItems = items.map(
    ([conversation, position]) => [conversationJson(conversation), position] as const,
  )
  return pageJson('conversations', user.rowId, { items: jsonItems, hasMore })
}

export const addParticipant: Handler<InferNamed<'AddParticipantBody'>> = async ({
  caller,
  params,
  body,
  idempotencyKey,
  storage,
}) => {
  const conversationId = params['conversationId'] ?? ''
  return participantResult(
    await storage.execute('addParticipant', { caller, conversationId, userId: body.userId }, idempotencyKey),
  )
}

export const listParticipants: Handler<unknown, PageQuery> = async (context) => {
  const { query, storage } = context
  const { conversation } = await requireMembership(context, context.params['conversationId'] ?? '')
  const page = parsePageQuery('participants', conversation.rowId, query)
  const { items, hasMore } = await storage.queries.participants(conversation, page)
  const jsonItems = items.map(([user, position]) => [userJson(user), position] as const)
  return pageJson('participants', conversation.rowId, { items: jsonItems, hasMore })
}

export const getParticipant: Handler = async (context) => {
  const { conversation } = await requireKnownConversation(context, context.params['conversationId'] ?? '')
  const userId = context.params['userId'] ?? ''
  const participant = await context.storage.queries.participant(conversation, userId)
  if (!participant) throw unknownParticipant(userId)
  return participantResult(participant)
}

export const removeParticipant: Handler = async ({ caller, params, storage }) => {
  const { conversationId = '', userId = '' } = params
  await storage.execute('removeParticipant', { caller, conversationId, userId })
  return '{}'
}

export const sendTyping: Handler = async (context) => {
  const { conversation } = await requireMembership(context, context.params['conversationId'] ?? '')
  const json = typingJson(conversation.id, context.caller.userId)
  context.hub.publishEphemeral(conversation.rowId, { event: 'typing', json })
  return undefined
}

export const stop: Handler = async (context) => {
  const { conversation } = await requireMembership(context, context.params['conversationId'] ?? '')
  await context.bot.runner?.stopTurn(conversation.rowId)
  return undefined
}

interface ParticipantAccess extends ConversationAccess {
  readonly conversation: ConversationRecord
}

/** For operations that respond with 404 to an unknown conversation. */
async function requireKnownConversation(context: RequestContext, id: string): Promise<ParticipantAccess> {
  const access = await findAccess(context, id)
  if (!access.conversation) throw unknownConversation(id)
  return requireParticipant(access, id)
}

/** For operations that respond with 403, whether the conversation is unknown or the caller is not a participant. */
export async function requireMembership(
  context: Pick<RequestContext, 'caller' | 'storage'>,
  id: string,
): Promise<Membership> {
  const { caller, storage } = context
  const membership = await storage.queries.membership(caller.bot, caller.userId, id)
  if (!membership) return requireCurrentMembership(context, id)
  requireExistingUser(membership.user, caller)
  return membership
}

/** Like `requireMembership`, but bypasses the cache. */
export async function requireCurrentMembership(
  context: Pick<RequestContext, 'caller' | 'storage'>,
  id: string,
): Promise<Membership> {
  return requireParticipant(await findAccess(context, id), id)
}

async function findAccess(
  { caller, storage }: Pick<RequestContext, 'caller' | 'storage'>,
  id: string,
): Promise<ConversationAccess> {
  const access = await storage.queries.access(caller.bot, caller.userId, id)
  requireExistingUser(access?.user, caller)
  return access as ConversationAccess
}

function requireParticipant(access: ConversationAccess, id: string): ParticipantAccess {
  const { conversation } = access
  if (!conversation || !access.isParticipant) throw notParticipant(id)
  return { ...access, conversation }
}

function result(conversation: ConversationRecord): string {
  return responseJson('conversation', conversationJson(conversation))
}

function participantResult(user: Parameters<typeof userJson>[0]): string {
  return responseJson('participant', userJson(user))
}
