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

interface Common {
  children?: ReactNode
  /**
   * Stores the visitor's key, the current conversation, drafts and unsent messages: `"local"` for the page's
   * `localStorage`, a storage, or a function that returns one. A storage that is blocked counts as empty. Default:
   * nothing is stored. Read when connecting; a later change has no effect.
   */
  storage?: StorageOption<ChatStorage> | undefined
  /**
   * By the ids of conversations: messages that a server has listed, to render them there and until the page knows better. A connected
   * user sees in one request what came since. A later change has no effect.
   */
  initial?: SessionOptions['initial']
  /** How conversations are opened. Read when a user comes; a later change has no effect. */
  options?: SharedOptions | undefined
}

/** Who is given. */
interface GivenUser<Schemas extends CustomSchemas> {
  /** Another user swaps all that is shown at once. Null or undefined: nobody yet. */
  user: ConnectedUser<Schemas> | null | undefined
  chat?: never
  url?: never
  webhookId?: never
  userKey?: never
}

/** Where to connect, and as whom. */
type Connect<Schemas extends CustomSchemas> = (
  | (ChatAddress & { chat?: never })
  | { chat: Chat<Schemas>; url?: never; webhookId?: never }
) & {
  /**
   * The user's key, or a function that gives it. Default: a visitor, new or from `storage`. Another key is another user; another
   * function is not, and is asked from then on.
   */
  userKey?: UserKeySource | undefined
  user?: never
}

/** Who chats: a connected user, or where to connect. */
export type ChatProviderProps<Schemas extends CustomSchemas = NoSchemas> = Common &
  (GivenUser<Schemas> | Connect<Schemas>)

/** All ways in one: which of the props are there tells the way. What schemas make of a message only the app knows. */
type AnyProps = Common &
  Partial<Pick<GivenUser<NoSchemas>, 'user'> & { chat: Chat; url: string; webhookId: string }> & {
    userKey?: UserKeySource | undefined
  }

/**
 * Gives a chat to the components below it. They are rendered at once; it connects when they are shown, and never on a server.
 *
 * What the network fails is tried again; what fails for good is a state of `useChat`.
 */
export function ChatProvider<Schemas extends CustomSchemas = NoSchemas>(
  props: ChatProviderProps<Schemas>,
): ReactNode {
  const { children, user, chat, url, webhookId, userKey, storage, options, initial } = props as AnyProps
  const isGiven = 'user' in props
  const isAsked = typeof userKey === 'function'
  const fixedKey = isAsked ? undefined : userKey

  const { connecting, keepUp } = useMemo(() => {
    if (isGiven) return { connecting: fromUser(user), keepUp: () => {} }
    const server = chat ?? createChat({ url, webhookId } as ChatAddress)
    return connectTo(server, { isAsked, fixedKey, session: { storage, options, initial } })
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the session's options are read only when a new connection starts
  }, [isGiven, user, chat, url, webhookId, isAsked, fixedKey])
  useEffect(() => keepUp(props as AnyProps))

  const progress = useStore(connecting)
  const [nobody] = useState(() => createSession(undefined, { initial }))
  const [waiting] = useState(() => new Set<() => void>())
  const session = progress.user
    ? sessionOf(progress.user, { storage, options, initial })
    : (connecting.session ?? nobody)
  const value = useMemo(
    () => ({ chat: { ...progress, retry: connecting.retry }, session, waiting }),
    [progress, connecting, session, waiting],
  )
  useEffect(() => session.adopt(nobody), [session, nobody])
  useEffect(() => {
    for (const goOn of waiting) goOn()
    waiting.clear()
  }, [value, waiting])
  return <ChatContext.Provider value={value}>{children}</ChatContext.Provider>
}

interface Connection {
  connecting: Connector
  /** Takes the props of another render. */
  keepUp: (props: AnyProps) => void
}

/** It knows the props only as long as it is this one who chats: the key that the next one's function gives is nobody else's. */
function connectTo(
  chat: Chat,
  options: { isAsked: boolean; fixedKey: string | undefined; session: SessionOptions },
): Connection {
  const { isAsked, fixedKey, session } = options
  let latest: AnyProps = {}
  const userKey = isAsked ? () => (latest.userKey as () => Promise<string>)() : fixedKey
  return {
    connecting: createConnector(chat, () => ({ userKey, storage: latest.storage }), session),
    keepUp: (props) => {
      latest = props
    },
  }
}
