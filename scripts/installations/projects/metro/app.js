import { createChat } from '@parley/core'
import { openConversation } from '@parley/rx'
import { filter, firstValueFrom, map } from 'rxjs'
import { ReadableStream } from 'web-streams-polyfill'

/** React Native's own fetch has no `body`. This one has the body of a polyfill, which reads only when it is read. */
async function streamingFetch(input, init) {
  const { original, read } = await globalThis.nativeFetch(input, init)
  const body = polyfilledBody(read)
  return new Proxy(original, {
    get: (target, name) => {
      if (name === 'body') return body
      const value = target[name]
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

function polyfilledBody(read) {
  let reader
  const source = {
    async pull(controller) {
      reader ??= read()
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: () => reader?.cancel(),
  }
  return new ReadableStream(source, { highWaterMark: 0 })
}

globalThis.chatWithBot = async (url) => {
  const me = await createChat({ url, fetch: streamingFetch }).connect()
  const { conversation } = await me.createConversation()
  const live = openConversation(me, conversation.id)
  const answer = firstValueFrom(
    live.messages$.pipe(
      map((messages) => messages.find(({ payload }) => payload.text === 'You said: Hello')),
      filter(Boolean),
    ),
  )
  await live.send({ type: 'text', text: 'Hello' })
  return (await answer).payload.text
}
