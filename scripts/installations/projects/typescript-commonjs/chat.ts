import { createChat } from '@parley/core'
import { openConversation } from '@parley/rx'
import { filter, firstValueFrom, map } from 'rxjs'

async function chatWithBot(url: string): Promise<string> {
  const me = await createChat({ url }).connect()
  const { conversation } = await me.createConversation()
  const live = openConversation(me, conversation.id)
  const answer = firstValueFrom(
    live.messages$.pipe(
      map((messages) => messages.map(({ payload }) => (payload.type === 'text' ? payload.text : ''))),
      map((texts) => texts.find((text) => text === 'You said: Hello')),
      filter((text) => text !== undefined),
    ),
  )
  await live.send({ type: 'text', text: 'Hello' })
  return answer
}

void chatWithBot(process.env['CHAT_URL'] ?? '').then(console.log)
