import { createChat } from '@parley/core'
import { mount } from 'svelte'
import Chat from './chat.svelte'

const chat = createChat({ url: 'http://127.0.0.1:3000/demo' })
const me = await chat.connect({ storage: 'local' }) // a returning guest
const { conversations } = await me.listConversations()
const id =
  conversations[0]?.id ?? (await me.createConversation()).conversation.id

mount(Chat, { target: document.body, props: { me, id } })
