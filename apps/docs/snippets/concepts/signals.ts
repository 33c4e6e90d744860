import { createChat } from '@parley/core'

const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
const me = await chat.connect()
const { conversation } = await me.createConversation()

// #region listen
const leave = new AbortController()
const signals = me.listenConversation({
  id: conversation.id,
  signal: leave.signal,
  onStatus: (status) => console.log(status.state),
  onReady: () =>
    void me.createEvent({
      conversationId: conversation.id,
      payload: { type: 'wave' },
    }),
})

for await (const signal of signals) {
  if (signal.type === 'message_created')
    console.log('message', signal.data.payload)
  if (signal.type === 'discontinuity')
    console.log('signals may be missing here')
  if (signal.type === 'event_created') {
    console.log('event', signal.data.payload)
    break
  }
}
// #endregion
