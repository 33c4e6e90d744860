import { createChat } from '@parley/core'
import { signUserKey } from '@parley/core/keys'
import { openConversation } from '@parley/rx'
import { filter, firstValueFrom, map } from 'rxjs'

export default {
  async fetch(_, { CHAT_URL }) {
    await signUserKey({ userId: 'ada', encryptionKey: 'a secret of at least 32 characters' })
    const me = await createChat({ url: CHAT_URL }).connect()
    const { conversation } = await me.createConversation()
    const live = openConversation(me, conversation.id)
    const answer = firstValueFrom(
      live.messages$.pipe(
        map((messages) => messages.find(({ payload }) => payload.text === 'You said: Hello')),
        filter(Boolean),
      ),
    )
    await live.send({ type: 'text', text: 'Hello' })
    return new Response((await answer).payload.text)
  },
}
