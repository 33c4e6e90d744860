import type { ConnectedUser, Message } from '@parley/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { firstValueFrom } from 'rxjs'
import { expectTypeOf, test } from 'vitest'
import { openConversation, openInbox, type ChatMessage, type LoadState, type Sender } from './index.ts'

interface Schemas {
  metadata: StandardSchemaV1<{ mood?: string }, { mood: string }>
  events: StandardSchemaV1<{ type: 'wave'; hand: 'left' | 'right' }>
}

declare const me: ConnectedUser
declare const typed: ConnectedUser<Schemas>

test('without schemas, metadata and events are any JSON objects', () => {
  const conversation = openConversation(me, 'c1')

  expectTypeOf(conversation.send).returns.resolves.toEqualTypeOf<Message>()
  void conversation.send({ type: 'text', text: 'hi' }, { metadata: { anything: 1 } })
  void conversation.sendEvent({ anything: 1 })
})

test('the app’s schemas type sent and received data', async () => {
  const conversation = openConversation(typed, 'c1')

  void conversation.send({ type: 'text', text: 'hi' }, { metadata: { mood: 'good' } })
  // @ts-expect-error a mood is a string
  void conversation.send({ type: 'text', text: 'hi' }, { metadata: { mood: 1 } })
  void conversation.sendEvent({ type: 'wave', hand: 'left' })
  // @ts-expect-error there is no such hand
  void conversation.sendEvent({ type: 'wave', hand: 'third' })

  const event = await firstValueFrom(conversation.events$)
  expectTypeOf(event.payload).toEqualTypeOf<{ type: 'wave'; hand: 'left' | 'right' }>()
  const [message] = await firstValueFrom(conversation.messages$)
  expectTypeOf(message?.metadata?.mood).toEqualTypeOf<string | undefined>()
  const [row] = await firstValueFrom(openInbox(typed).conversations$)
  expectTypeOf(row?.lastMessage?.metadata?.mood).toEqualTypeOf<string | undefined>()
})

test('messages narrow by their status', () => {
  const message = {} as ChatMessage
  if (message.status === 'sent') expectTypeOf(message.id).toEqualTypeOf<string>()
  else if (message.status === 'streaming') expectTypeOf(message.payload.text).toEqualTypeOf<string>()
  else expectTypeOf(message).not.toHaveProperty('id')
  expectTypeOf(message.isOwn).toEqualTypeOf<boolean>()
  expectTypeOf(message.sender).toEqualTypeOf<Sender | undefined>()
})

test('a user is a sender, and states of loading have the same fields', async () => {
  expectTypeOf<ConnectedUser['user']>().toExtend<Sender>()
  const conversation = openConversation(me, 'c1')
  expectTypeOf(await firstValueFrom(conversation.loadState$)).toEqualTypeOf<LoadState>()
  expectTypeOf(await firstValueFrom(openInbox(me).loadState$)).toEqualTypeOf<LoadState>()
  expectTypeOf(await firstValueFrom(conversation.participants$)).toExtend<LoadState>()
})
