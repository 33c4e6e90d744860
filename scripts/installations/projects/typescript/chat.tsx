import { createChat, isChatError, type Message } from '@parley/core'
import { ChatProvider, useComposer, useMessages } from '@parley/react'
import { openConversation } from '@parley/rx'
import { map, type Observable } from 'rxjs'

export async function texts(url: string): Promise<Observable<string[]>> {
  const me = await createChat({ url }).connect({ name: 'Ada' })
  const { conversation } = await me.createConversation()
  // @ts-expect-error -- a text message needs a text
  await me.createMessage({ conversationId: conversation.id, payload: { type: 'text' } }).catch(isChatError)
  const all: Message[] = []
  for await (const message of me.listMessages.all({ conversationId: conversation.id })) all.push(message)
  const text = ({ payload }: Pick<Message, 'payload'>): string =>
    payload.type === 'text' ? payload.text : ''
  return openConversation(me, conversation.id).messages$.pipe(map((messages) => messages.map(text)))
}

function Chat() {
  const { messages } = useMessages()
  const { inputProps } = useComposer()
  const rows = messages.map(({ key, payload }) => (
    <li key={key}>{payload.type === 'text' && payload.text}</li>
  ))
  return (
    <div>
      {rows}
      <textarea {...inputProps} />
    </div>
  )
}

export const page = (
  <ChatProvider url="http://127.0.0.1:3000/demo">
    <Chat />
  </ChatProvider>
)
