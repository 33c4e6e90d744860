// The types of React Native itself replace those of the DOM, which the other programs need.
declare module 'expo/fetch' {
  export const fetch: typeof globalThis.fetch
}

declare module '@react-native-async-storage/async-storage' {
  const AsyncStorage: {
    getItem: (name: string) => Promise<string | null>
    setItem: (name: string, value: string) => Promise<void>
    removeItem: (name: string) => Promise<void>
  }
  export default AsyncStorage
}

declare module 'react-native' {
  import type { ComponentType, ReactElement, ReactNode } from 'react'

  export const AppState: {
    addEventListener: (
      type: 'change',
      listener: (state: 'active' | 'background' | 'inactive') => void,
    ) => { remove: () => void }
  }
  export const Button: ComponentType<{
    title: string
    disabled?: boolean
    onPress: () => void
  }>
  export function FlatList<Item>(props: {
    data: readonly Item[]
    keyExtractor: (item: Item) => string
    renderItem: (row: { item: Item }) => ReactElement
  }): ReactElement
  export const Text: ComponentType<{ children?: ReactNode }>
  export const TextInput: ComponentType<{
    accessibilityLabel?: string
    value: string
    onChangeText: (text: string) => void
  }>
  export const View: ComponentType<{ children?: ReactNode }>
}
