import { textOf } from '@parley/core/text'
import { useComposer, useConnection, useMessages } from '@parley/react'
import { useEffect } from 'react'
import { AppState, Button, FlatList, Text, TextInput, View } from 'react-native'

export function Screen() {
  const { messages } = useMessages()
  const { text, setText, send, canSend } = useComposer()
  const { reconnectNow } = useConnection()

  useEffect(() => {
    const subscription = AppState.addEventListener('change', (state) => {
      if (state === 'active') reconnectNow() // the system may have cut the stream
    })
    return () => {
      subscription.remove()
    }
  }, [reconnectNow])

  return (
    <View>
      <FlatList
        data={messages}
        keyExtractor={({ key }) => key}
        renderItem={({ item }) => <Text>{textOf(item.payload)}</Text>}
      />
      <TextInput
        accessibilityLabel="Message"
        value={text}
        onChangeText={setText}
      />
      <Button title="Send" disabled={!canSend} onPress={() => void send()} />
    </View>
  )
}
