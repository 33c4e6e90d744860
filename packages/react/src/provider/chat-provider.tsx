import {
  createChat,
  type CustomSchemas,
  type Chat,
  type ChatAddress,
  type ConnectedUser,
  type NoSchemas,
  type StorageOption,
  type UserKeySource,
} from '@parley/core'
import type { ChatStorage } from '@parley/rx'
import {
  createSession,
  fromUser,
  sessionOf,
  createConnector,
  type Connector,
  type SessionOptions,
  type SharedOptions,
} from '@parley/rx/session'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { useStore } from '../hooks/use-store.ts'
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
}

/** The app connects the user itself. */
interface UserProps<Schemas extends CustomSchemas> {
  /** A different user replaces everything below in one render. `null` or `undefined`: not connected yet. */
  user: ConnectedUser<Schemas> | null | undefined
  chat?: never
  url?: never
  webhookId?: never
  userKey?: never
}

/** The provider connects: to which server, and as which user. */
type ConnectProps<Schemas extends CustomSchemas> = (
  | (ChatAddress & { chat?: never })
  | { chat: Chat<Schemas>; url?: never; webhookId?: never }
) & {
  /**
   * The user's key, or a function that returns it. Default: a guest, new or restored from `storage`. A different key
   * string connects a different user. A different function does not: it replaces the previous one for later requests.
   */
  userKey?: UserKeySource | undefined
  user?: never
}

/** Either a connected user, or the address of a server. */
export type ChatProviderProps<Schemas extends CustomSchemas = NoSchemas> = CommonProps &
  (UserProps<Schemas> | ConnectProps<Schemas>)

/** All variants in one type, without the app's schemas. */
type AnyProps = CommonProps &
  Partial<Pick<UserProps<NoSchemas>, 'user'> & { chat: Chat; url: string; webhookId: string }> & {
    userKey?: UserKeySource | undefined
  }

/**
 * Provides a chat to its children. Renders them immediately, connects once mounted, and never connects on a server.
 *
 * Retries network failures. `useChat` returns the connection state and permanent errors.
 */
export function ChatProvider<Schemas extends CustomSchemas = NoSchemas>(
  props: ChatProviderProps<Schemas>,
): ReactNode {
  const { children, user, chat, url, webhookId, userKey, storage, options, initialMessages } =
    props as AnyProps
  const hasUserProp = 'user' in props
  const hasKeyFunction = typeof userKey === 'function'
  const staticKey = hasKeyFunction ? undefined : userKey

  const { connector, syncProps } = useMemo(() => {
    if (hasUserProp) return { connector: fromUser(user), syncProps: () => {} }
    const target = chat ?? createChat({ url, webhookId } as ChatAddress)
    const session = { storage, options, initialMessages }
    return createProviderConnector(target, { hasKeyFunction, staticKey, session })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- session options are read only when connecting
  }, [hasUserProp, user, chat, url, webhookId, hasKeyFunction, staticKey])
  useEffect(() => syncProps(props as AnyProps))

  const connectState = useStore(connector)
  const [anonymous] = useState(() => createSession(undefined, { initialMessages }))
  const [resolvers] = useState(() => new Set<() => void>())
  const session = connectState.user
    ? sessionOf(connectState.user, { storage, options, initialMessages })
    : (connector.session ?? anonymous)
  const value = useMemo(
    () => ({ chat: { ...connectState, retry: connector.retry }, session, resolvers }),
    [connectState, connector, session, resolvers],
  )
  useEffect(() => session.migrateDrafts(anonymous), [session, anonymous])
  useEffect(() => {
    for (const resolve of resolvers) resolve()
    resolvers.clear()
  }, [value, resolvers])
  return <ChatContext.Provider value={value}>{children}</ChatContext.Provider>
}

interface ProviderConnector {
  connector: Connector
  /** Stores the props of the latest render. */
  syncProps: (props: AnyProps) => void
}

/** Stores props per connection: a newer `userKey` function must never return a key for the previous user. */
function createProviderConnector(
  chat: Chat,
  options: { hasKeyFunction: boolean; staticKey: string | undefined; session: SessionOptions },
): ProviderConnector {
  const { hasKeyFunction, staticKey, session } = options
  let latest: AnyProps = {}
  const userKey = hasKeyFunction ? () => (latest.userKey as () => Promise<string>)() : staticKey
  return {
    connector: createConnector(chat, () => ({ userKey, storage: latest.storage }), session),
    syncProps: (props) => {
      latest = props
    },
  }
}
