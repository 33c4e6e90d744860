import { createChat } from '@parley/core'
import { ChatProvider } from '@parley/react'
import AsyncStorage from '@react-native-async-storage/async-storage'
import { fetch } from 'expo/fetch'
import { Screen } from './screen.tsx'

// The fetch of React Native resolves only after a stream has ended.
const chat = createChat({ url: 'http://127.0.0.1:3000/demo', fetch })

export function App() {
  return (
    <ChatProvider chat={chat} storage={AsyncStorage}>
      <Screen />
    </ChatProvider>
  )
}
