import { createChat } from '@parley/core'
import { textOf } from '@parley/core/text'
import { openConversation } from '@parley/rx'
import { filter, firstValueFrom } from 'rxjs'

const me = await createChat({ url: 'http://127.0.0.1:3000/demo' }).connect()
const { conversation } = await me.createConversation()

// #region stop
const live = openConversation(me, conversation.id)
const subscription = live.messages$.subscribe()
await live.send({ type: 'text', text: 'Tell me a story' })

await firstValueFrom(live.isAnswering$.pipe(filter(Boolean))) // show a stop button
await live.stop() // resolves when the text so far is stored

const messages = await firstValueFrom(
  live.messages$.pipe(
    filter((list) => list.every(({ status }) => status === 'sent')),
  ),
)
const answer = messages.at(-1)
console.log(answer && textOf(answer.payload), answer?.metadata?.['stopped'])
subscription.unsubscribe()
// #endregion
