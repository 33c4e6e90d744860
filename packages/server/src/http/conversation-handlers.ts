import type { InferNamed } from '@parley/core/contract'
import {
  requireExistingUser,
  unknownParticipant,
  notParticipant,
  unknownConversation,
} from '../domain/checks.ts'
import type { ConversationAccess, Membership } from '../domain/queries.ts'
import type { ConversationRecord } from '../domain/records.ts'
import { newId } from '../wire/new-id.ts'
import { pageJson } from '../wire/page-json.ts'
import { conversationJson, userJson } from '../wire/render.ts'
import type { RequestContext, Handler } from './handler.ts'
import { parsePageQuery } from './page-query.ts'

type PageQuery = InferNamed<'PageQuery'>

export const createConversation: Handler<InferNamed<'CreateConversationBody'>> = async ({
  caller,
  body,
  once,
  storage,
}) => result(await storage.execute('createConversation', { caller, id: body.id ?? newId('conv') }, once))

export const getOrCreateConversation: Handler<InferNamed<'GetOrCreateConversationBody'>> = async ({
  caller,
  body,
  once,
  storage,
}) => result(await storage.execute('getOrCreateConversation', { caller, id: body.id }, once))

export const getConversation: Handler = async (call) => {
  const { conversation } = await requireKnownConversation(call, call.params['id'] ?? '')
  return result(conversation)
}

export const deleteConversation: Handler = async ({ caller, params, storage }) => {
  await storage.execute('deleteConversation', { caller, id: params['id'] ?? '' })
  return '{}'
}

export const listConversations: Handler<unknown, PageQuery> = async ({ caller, query, storage }) => {
  const user = requireExistingUser(await storage.queries.user(caller.bot, caller.userId), caller)
  const slice = parsePageQuery('conversations', user.rowId, query)
  const { items, hasMore } = await storage.queries.conversations(user, slice)
  const placed = items.map(([conversation, position]) => [conversationJson(conversation), position] as const)
  return pageJson('conversations', user.rowId, { items: placed, hasMore })
}

export const addParticipant: Handler<InferNamed<'AddParticipantBody'>> = async ({
  caller,
  params,
  body,
  once,
  storage,
}) => {
  const conversationId = params['conversationId'] ?? ''
  return participantResult(
    await storage.execute('addParticipant', { caller, conversationId, userId: body.userId }, once),
  )
}

export const listParticipants: Handler<unknown, PageQuery> = async (call) => {
  const { query, storage } = call
  const { conversation } = await requireMembership(call, call.params['conversationId'] ?? '')
  const slice = parsePageQuery('participants', conversation.rowId, query)
  const { items, hasMore } = await storage.queries.participants(conversation, slice)
  const placed = items.map(([user, position]) => [userJson(user), position] as const)
  return pageJson('participants', conversation.rowId, { items: placed, hasMore })
}

export const getParticipant: Handler = async (call) => {
  const { conversation } = await requireKnownConversation(call, call.params['conversationId'] ?? '')
  const userId = call.params['userId'] ?? ''
  const participant = await call.storage.queries.participant(conversation, userId)
  if (!participant) throw unknownParticipant(userId)
  return participantResult(participant)
}

export const removeParticipant: Handler = async ({ caller, params, storage }) => {
  const { conversationId = '', userId = '' } = params
  await storage.execute('removeParticipant', { caller, conversationId, userId })
  return '{}'
}

interface ParticipantAccess extends ConversationAccess {
  readonly conversation: ConversationRecord
}

/** For operations that answer 404 where a conversation is unknown. */
async function requireKnownConversation(call: RequestContext, id: string): Promise<ParticipantAccess> {
  const access = await findAccess(call, id)
  if (!access.conversation) throw unknownConversation(id)
  return own(access, id)
}

/** For operations that treat an unknown conversation as one the caller takes no part in. */
export async function requireMembership(
  call: Pick<RequestContext, 'caller' | 'storage'>,
  id: string,
): Promise<Membership> {
  const { caller, storage } = call
  const place = await storage.queries.membership(caller.bot, caller.userId, id)
  if (!place) return requireCurrentMembership(call, id)
  requireExistingUser(place.user, caller)
  return place
}

/** Asks the database, and nothing that is remembered. */
export async function requireCurrentMembership(
  call: Pick<RequestContext, 'caller' | 'storage'>,
  id: string,
): Promise<Membership> {
  return own(await findAccess(call, id), id)
}

async function findAccess(
  { caller, storage }: Pick<RequestContext, 'caller' | 'storage'>,
  id: string,
): Promise<ConversationAccess> {
  const access = await storage.queries.access(caller.bot, caller.userId, id)
  requireExistingUser(access?.user, caller)
  return access as ConversationAccess
}

function own(access: ConversationAccess, id: string): ParticipantAccess {
  const { conversation } = access
  if (!conversation || !access.isParticipant) throw notParticipant(id)
  return { ...access, conversation }
}

function result(conversation: ConversationRecord): string {
  return `{"conversation":${conversationJson(conversation)}}`
}

function participantResult(user: Parameters<typeof userJson>[0]): string {
  return `{"participant":${userJson(user)}}`
}
