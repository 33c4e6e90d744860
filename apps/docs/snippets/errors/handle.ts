import { createChat, isChatError, isRetryable } from '@parley/core'

const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
const me = await chat.connect()

// #region handle
try {
  await me.getConversation({ id: 'order-17' })
} catch (error) {
  if (!isChatError(error)) throw error // a bug, or the reason of an aborted signal
  switch (error.type) {
    case 'ResourceNotFound':
      console.log('there is no such conversation')
      break
    case 'Forbidden':
      console.log('the user is not a participant')
      break
    default:
      console.log(error.message, isRetryable(error) ? 'Try again later.' : '')
  }
}
// #endregion
