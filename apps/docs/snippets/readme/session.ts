import { createChat } from '@parley/core'
import { createConnector } from '@parley/rx/session'

const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
const { session, state$ } = createConnector(chat) // in pages, pass `storage: 'local'`
const connection = state$.subscribe(({ state, error }) => {
  console.log(state, error?.message ?? '') // connects while subscribed
})
const conversation = session.conversation() // the current one
const messages = conversation.messages$.subscribe((list) => {
  console.log(list.map(({ status }) => status))
})
await conversation.send({ type: 'text', text: 'Hello' }) // queued until the user is connected

messages.unsubscribe()
connection.unsubscribe()
