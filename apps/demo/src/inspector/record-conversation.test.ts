import type { ChatSignal } from '@parley/core'
import type { ConversationConnection } from '@parley/rx'
import { BehaviorSubject, firstValueFrom, Subject } from 'rxjs'
import { expect, test } from 'vitest'
import { createWireLog } from '../wire/wire-log.ts'
import { recordConversation } from './record-conversation.ts'

const online: ConversationConnection = { state: 'online', isSynced: true }
const connecting: ConversationConnection = { state: 'connecting', isSynced: false }
const offline: ConversationConnection = { state: 'offline', isSynced: false }
const typing: ChatSignal = { type: 'typing', data: { conversationId: 'c1', userId: 'ada' } }

test('records signals with the time since the previous one', async () => {
  const { log, signals$, at } = record()

  at(1_000)
  signals$.next(typing)
  at(1_250)
  signals$.next(typing)

  const { entries, counts } = await firstValueFrom(log.content$)
  expect(entries.slice(1)).toMatchObject([
    { kind: 'signal', at: 1_000, signal: typing, conversationId: 'c1' },
    { kind: 'signal', at: 1_250, gapMs: 250 },
  ])
  expect(counts.signals).toBe(2)
})

test('counts going online as a reconnection only after a lost connection', async () => {
  const { log, connection$ } = record()

  for (const connection of [online, offline, connecting, online, { ...online, isSynced: false }])
    connection$.next(connection)

  const { entries, counts } = await firstValueFrom(log.content$)
  const reconnections = entries.map((entry) => entry.kind === 'connection' && entry.isReconnection)
  expect(reconnections).toEqual([false, false, false, false, true, false])
  expect(counts.reconnections).toBe(1)
})

test('records nothing after the subscription has ended', async () => {
  const { log, signals$, recording } = record()

  recording.unsubscribe()
  signals$.next(typing)

  expect((await firstValueFrom(log.content$)).counts.signals).toBe(0)
})

function record() {
  let time = 0
  const log = createWireLog()
  const signals$ = new Subject<ChatSignal>()
  const connection$ = new BehaviorSubject(connecting)
  const recording = recordConversation(log, { id: 'c1', signals$, connection$ }, () => time)
  return { log, signals$, connection$, recording, at: (next: number) => (time = next) }
}
