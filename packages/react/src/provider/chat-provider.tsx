import {
  createChat,
  type CustomSchemas,
  type Chat,
  type ChatAddress,
  type ChatOptions,
  type ConnectedUser,
  type NoSchemas,
  type StorageOption,
  type UserKeySource,
} from '@parley/core'
import type { ChatStorage } from '@parley/rx'
import {
  createConnector,
  createEmptySession,
  sessionOf,
  type ConnectState,
  type Session,
  type SessionOptions,
  type SharedOptions,
} from '@parley/rx/session'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { NEVER } from 'rxjs'
import type { RegisteredSchemas } from '../register.ts'
import { createStore, type Store, useStore } from '../state/store.ts'
import { viewOf } from '../state/view.ts'
import { ChatContext } from './chat-context.ts'

interface CommonProps {
  children?: ReactNode
  /**
   * Stores the guest's key, the current conversation, drafts and pending messages: `"local"` for the page's
   * `localStorage`, a storage object, or a function that returns one. A blocked storage counts as empty. Default:
   * nothing is stored. Read when connecting; later changes have no effect.
   */
  storage?: StorageOption<ChatStorage> | undefined
  /**
   * Messages that a server has already listed, by conversation id. They are rendered on the server and until the page
   * has connected; the page then fetches newer messages with one request. Later changes have no effect.
   */
  initialMessages?: SessionOptions['initialMessages']
  /** Options for opening conversations. Read when a user connects; later changes have no effect. */
  options?: SharedOptions | undefined
  /**
   * How long a conversation that no component uses keeps its messages, so that returning to it displays them at once.
   * Default: 300,000. `Infinity`: until the page closes. Read when a user connects; later changes have no effect.
   */
  gcTimeMs?: number | undefined
}

/** The app connects the user itself. */
interface UserProps<Schemas extends CustomSchemas> {
  /** A different user replaces everything below in one render. `null` or `undefined`: not connected yet. */
  user: ConnectedUser<Schemas> | null | undefined
  chat?: never
  url?: never
  webhookId?: never
  schemas?: never
  userKey?: never
}

/** The provider connects: to which server, and as which user. */
type ConnectProps<Schemas extends CustomSchemas> = (
  | (ChatAddress & {
      chat?: never
      /**
       * Schemas of the app's metadata and custom events, as for `createChat`. Register their type with `Register`, so
       * that the hooks are typed. Read when connecting; later changes have no effect.
       */
      schemas?: Schemas | undefined
    })
  | {
      /** The chat of the first render is used until one with another URL replaces it. */
      chat: Chat<Schemas>
      url?: never
      webhookId?: never
      schemas?: never
    }
) & {
  /**
   * The user's key, or a function that returns it. Default: a guest, new or restored from `storage`. A different key
   * string connects a different user. A different function does not: it replaces the previous one for later requests.
   */
  userKey?: UserKeySource | undefined
  user?: never
}

/** Either a connected user, or the address of a server. */
export type ChatProviderProps<Schemas extends CustomSchemas = RegisteredSchemas> = CommonProps &
  (UserProps<Schemas> | ConnectProps<Schemas>)

/** All variants in one type, without the app's schemas. */
type AnyProps = CommonProps &
  Partial<Pick<UserProps<NoSchemas>, 'user'> & { chat: Chat; url: string; webhookId: string }> & {
    schemas?: CustomSchemas | undefined
    userKey?: UserKeySource | undefined
  }

/**
 * Provides a chat to its children. Renders them immediately, connects once mounted, and never connects on a server.
 *
 * Retries network failures. `useChat` returns the connection state and permanent errors.
 */
export function ChatProvider<Schemas extends CustomSchemas = RegisteredSchemas>(
  props: ChatProviderProps<Schemas>,
): ReactNode {
  const { children, user, chat, url, webhookId, userKey, schemas, ...options } = props as AnyProps
  const hasUserProp = 'user' in props
  const hasKeyFunction = typeof userKey === 'function'
  const staticKey = hasKeyFunction ? undefined : userKey

  const connecting = useMemo(() => {
    if (hasUserProp) return withUser(user)
    const target = chat ?? createChat({ url, webhookId, schemas } as ChatOptions)
    return connectTo(target, { hasKeyFunction, staticKey, options })
    // A component may create a chat in each render, hence its URL.
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the other props are read only when connecting
  }, [hasUserProp, user, chat?.url, url, webhookId, hasKeyFunction, staticKey])
  useEffect(() => connecting.syncProps(props as AnyProps))

  const connectState = useStore(connecting.store)
  const [empty] = useState(() => createEmptySession(options))
  const [resolvers] = useState(() => new Set<() => void>())
  const session = connectState.user ? sessionOf(connectState.user, options) : (connecting.session ?? empty)
  const value = useMemo(
    () => ({ chat: { ...connectState, retry: connecting.retry }, view: viewOf(session), resolvers }),
    [connectState, connecting, session, resolvers],
  )
  useEffect(() => session.migrateDrafts(empty), [session, empty])
  useEffect(() => {
    for (const resolve of resolvers) resolve()
    resolvers.clear()
  }, [value, resolvers])
  return <ChatContext.Provider value={value}>{children}</ChatContext.Provider>
}

/** The connection of a provider. */
interface Connecting {
  readonly store: Store<ConnectState>
  readonly session?: Session
  retry: () => void
  /** Stores the props of the latest render. */
  syncProps: (props: AnyProps) => void
}

const initial: ConnectState = { state: 'connecting', user: undefined, error: undefined }

function withUser(user: ConnectedUser | null | undefined): Connecting {
  const state: ConnectState = user ? { state: 'connected', user, error: undefined } : initial
  return { store: createStore(NEVER, state), retry() {}, syncProps() {} }
}

/** Stores props per connection: a newer `userKey` function must never return a key for the previous user. */
function connectTo(
  chat: Chat,
  {
    hasKeyFunction,
    staticKey,
    options,
  }: { hasKeyFunction: boolean; staticKey: string | undefined; options: SessionOptions },
): Connecting {
  let latest: AnyProps = {}
  const userKey = hasKeyFunction ? () => (latest.userKey as () => Promise<string>)() : staticKey
  const { state$, session, retry } = createConnector(chat, { ...options, userKey })
  return {
    store: createStore(state$, initial),
    session,
    retry,
    syncProps: (props) => {
      latest = props
    },
  }
}
