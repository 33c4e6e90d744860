import { createChat } from '@parley/core'
import { textOf } from '@parley/core/text'
import { openConversation } from '@parley/rx'
import { filter, firstValueFrom } from 'rxjs'

const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
const me = await chat.connect({ name: 'Ada' })
const { conversation } = await me.createConversation()

// #region live
const live = openConversation(me, conversation.id) // connects on the first subscription
const subscription = live.messages$.subscribe((messages) => {
  console.log(
    messages.map(({ status, payload }) => `${status}: ${textOf(payload)}`),
  )
})
subscription.add(
  live.connection$.subscribe((connection) => {
    if (connection.state === 'reconnecting')
      console.log(connection.cause.message)
  }),
)

await live.send({ type: 'text', text: 'Hello' }) // displayed at once, stored once
await firstValueFrom(
  live.messages$.pipe(
    filter((messages) =>
      messages.some(({ isOwn, status }) => !isOwn && status === 'sent'),
    ),
  ),
)

// Without subscribers, the connection closes and the program ends.
subscription.unsubscribe()
// #endregion
