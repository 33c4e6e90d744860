import { createChat } from '@parley/core'
import { createApp } from 'vue'
import Chat from './chat.vue'

const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
const me = await chat.connect({ storage: 'local' }) // a returning guest
const { conversations } = await me.listConversations()
const id =
  conversations[0]?.id ?? (await me.createConversation()).conversation.id

createApp(Chat, { me, id }).mount('#root')
