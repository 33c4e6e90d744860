import { openConversation, type ChatMessage, type LiveConversation } from '@parley/rx'
import { firstValueFrom } from 'rxjs'
import { expect, test } from 'vitest'
import { startTestServer } from '../src/testing/index.ts'
import { connectFast, createConversationWith, fastOptions } from './chaos/connect-fast.ts'
import { createControlledBot } from './chaos/controlled-bot.ts'
import { createRecordingLogger } from './support/recording-logger.ts'
import { waitUntil } from './support/wait-until.ts'

const hello = { type: 'text', text: 'Tell me' } as const

/** Records what a conversation shows: `text:status` of each message of the bot, and `isAnswering`. */
function record(conversation: LiveConversation) {
  const states: string[] = []
  let messages: readonly ChatMessage[] = []
  let isAnswering = false
  const add = (): void => {
    const texts = messages
      .filter(({ userId }) => userId === 'bot_demo')
      .map(({ payload, status }) => `${payload.type === 'text' ? payload.text : payload.type}:${status}`)
    states.push(`${isAnswering} ${texts.join()}`)
  }
  conversation.messages$.subscribe((value) => {
    messages = value
    add()
  })
  conversation.isAnswering$.subscribe((value) => {
    isAnswering = value
    add()
  })
  return states
}

test('all devices show the text so far exactly once after a stop, also after a reload', async () => {
  const { bot, write } = createControlledBot()
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const [ann, ben] = [await connectFast(server.url), await connectFast(server.url)]
  const id = await createConversationWith(ann, ben)
  const conversation = openConversation(ann, id, fastOptions())
  const [annStates, benStates] = [record(conversation), record(openConversation(ben, id, fastOptions()))]
  void conversation.send(hello)
  await write('Once upon')
  await waitUntil(() =>
    [annStates, benStates].every((states) => states.at(-1) === 'true Once upon:streaming'),
  )

  await conversation.stop()
  await conversation.stop()

  await waitUntil(() => [annStates, benStates].every((states) => states.at(-1) === 'false Once upon:sent'))
  const reloaded = record(openConversation(ann, id, fastOptions()))
  await waitUntil(() => reloaded.at(-1) === 'false Once upon:sent')
  const all = [...annStates, ...benStates, ...reloaded]
  expect(all.filter((state) => state.split('Once upon').length > 2)).toEqual([])
})

test('a stop without a connection fails, and the message streams on', async () => {
  const { bot, write, end } = createControlledBot()
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const me = await connectFast(server.url)
  const id = await createConversationWith(me)
  const conversation = openConversation(me, id, fastOptions())
  const states = record(conversation)
  void conversation.send(hello)
  await write('Once ')
  await waitUntil(() => states.at(-1) === 'true Once :streaming')

  server.drop({ times: 1, only: ({ path }) => path.endsWith('/stop') })
  await expect(conversation.stop()).rejects.toMatchObject({ type: 'NetworkFailed' })
  await write('upon')
  await end()

  await waitUntil(() => states.at(-1) === 'false Once upon:sent')
  expect(states.filter((state) => state === 'false Once :sent')).toEqual([])
})

test('a stop from another device ends the message while this one is disconnected', async () => {
  const { bot, write } = createControlledBot()
  await using server = await startTestServer({ bot, logger: createRecordingLogger() })
  const [ann, ben] = [await connectFast(server.url), await connectFast(server.url)]
  const id = await createConversationWith(ann, ben)
  const conversation = openConversation(ann, id, fastOptions())
  const states = record(conversation)
  void conversation.send(hello)
  await write('Once upon')
  await waitUntil(() => states.at(-1) === 'true Once upon:streaming')

  const isStream = ({ path }: { path: string }) => path.endsWith('/listen')
  server.drop({ times: Infinity, only: isStream })
  server.cutConnections(isStream)
  await ben.stop({ conversationId: id })
  server.reset()

  await waitUntil(() => states.at(-1) === 'false Once upon:sent')
  expect(await firstValueFrom(conversation.isAnswering$)).toBe(false)
})
