import type { ChatOptions, ConnectedUser, ConnectOptions } from '@parley/core'
import { useChat, useConversations } from '@parley/react'
import { useEffect, useId, useRef, useState, type ReactElement } from 'react'
import { MarkdownPayload } from '../payloads/markdown/markdown-payload.tsx'
import { Button } from '../ui/button.tsx'
import { getErrorReason } from '../ui/error-message.tsx'
import { layers, paneOptionsSource, type Layer } from './layers.ts'
import type { PaneOptions } from './pane-options.ts'
import './tiny-chat.css'

export interface LayersPageProps {
  /** The server's address. With the `fetch` of the tap, the inspector shows the requests of the panes. */
  server: ChatOptions
  /** `{ storage }` for a guest, or `{ userKey }`. */
  auth: ConnectOptions
  /** Called with the id of the shared conversation, once it is created. */
  onConversation: (id: string | undefined) => void
}

/** Shows the same chat written with each layer, in one conversation, with the sources. */
export function LayersPage(props: LayersPageProps): ReactElement {
  const paneId = useId()
  const { user } = useChat()
  const { id, problem, retry } = useLayersConversation(user)
  const { onConversation } = props
  useEffect(() => onConversation(id), [onConversation, id])
  useMarkRead(id)
  // Callers pass object literals, which differ with each render.
  const server = useShallowStable(props.server)
  const auth = useShallowStable(props.auth)

  return (
    <div className="@container mx-auto max-w-[96rem] px-4 py-6 sm:px-6 lg:py-8">
      <h1 className="text-2xl font-semibold tracking-tight">One page, three layers</h1>
      <p className="mt-1.5 max-w-2xl text-soft">
        <bdi>
          The same small chat, written with each layer, side by side in one conversation. A message sent in
          one appears in all three. Below each chat is its complete source. Sizes are min+gzip.
        </bdi>
      </p>
      <div role="status">
        {problem && (
          <p className="mt-4 flex flex-wrap items-center gap-3 rounded-2xl bg-alert-subtle px-4 py-2.5 text-sm text-alert">
            <span className="min-w-0 flex-1 wrap-anywhere">Unable to open the conversation. {problem}</span>
            <Button onClick={retry}>Retry</Button>
          </p>
        )}
      </div>
      <div className="mt-6 grid items-start gap-x-5 gap-y-4 @2xl:grid-cols-3">
        {layers.map((layer) => (
          <LayerCard key={layer.name} layer={layer}>
            {id !== undefined && <LayerPane layer={layer} server={server} auth={auth} id={id} />}
          </LayerCard>
        ))}
      </div>
      <section aria-labelledby={paneId} className="mt-8 max-w-2xl text-[0.8125rem]">
        <h2 id={paneId} className="mb-3 text-sm text-soft">
          The options of each chat
        </h2>
        <Source language="ts" source={paneOptionsSource} />
      </section>
    </div>
  )
}

function LayerCard({ layer, children }: { layer: Layer; children: ReactElement | false }): ReactElement {
  const { name, description, size, file, source } = layer
  const language = file.endsWith('x') ? 'tsx' : 'ts'
  return (
    // On wide screens the three chats share one row, with their sources below.
    <section aria-label={`With ${name}`} className="contents">
      <header className="self-start @max-2xl:mt-6 @2xl:order-0">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <h2 className="font-mono text-[0.9375rem] font-semibold">
            <bdi>{name}</bdi>
          </h2>
          <p className="text-[0.8125rem] text-soft">
            <bdi>
              {size} · {countLines(source)} lines
            </bdi>
          </p>
        </div>
        <p className="mt-1 text-sm text-soft">
          <bdi>{description}</bdi>
        </p>
      </header>
      <div className="h-88 overflow-hidden rounded-2xl bg-canvas ring-1 ring-line @2xl:order-1">
        {children}
      </div>
      <div className="min-w-0 text-[0.8125rem] @2xl:order-2 @2xl:col-span-full @5xl:col-span-1">
        <p className="mb-1.5 font-mono text-soft">
          <bdi>{file}</bdi>
        </p>
        <Source language={language} source={source} />
      </div>
    </section>
  )
}

function Source({ language, source }: { language: string; source: string }): ReactElement {
  return <MarkdownPayload payload={{ type: 'markdown', markdown: `\`\`\`${language}\n${source}\`\`\`` }} />
}

function countLines(source: string): number {
  return source.trimEnd().split('\n').length
}

/** Keeps the shared conversation read, as the page shows all its messages. */
function useMarkRead(id: string | undefined): void {
  const { conversations, markRead } = useConversations({ visible: id === undefined ? [] : [id] })
  const conversation = conversations.find((conversation) => conversation.id === id)
  useEffect(() => {
    if (conversation && conversation.unread !== 0) markRead(conversation.id)
  }, [conversation, markRead])
}

interface LayerPaneProps extends Omit<PaneOptions, 'signal'> {
  layer: Layer
}

/** Runs one of the chats. */
function LayerPane({ layer, server, auth, id }: LayerPaneProps): ReactElement {
  const container = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const { current } = container
    if (!current) return
    const controller = new AbortController()
    const { signal } = controller
    // A new element for each run, so that a previous run cannot write into this one.
    const root = document.createElement('div')
    root.className = 'tiny-chat h-full'
    current.replaceChildren(root)
    layer.mount(root, { server, auth, id, signal }).catch((error: unknown) => {
      if (!signal.aborted) root.textContent = `The chat has stopped. ${String(error)}`
    })
    return () => {
      root.remove()
      // React warns if one of its roots unmounts while it renders another.
      queueMicrotask(() => controller.abort())
    }
  }, [layer, server, auth, id])

  return <div ref={container} className="h-88 overflow-hidden" />
}

interface LayersConversation {
  id: string | undefined
  /** Why the conversation could not be opened. */
  problem: string | undefined
  retry: () => void
}

/** Gets or creates the user's conversation that the three chats share. */
function useLayersConversation(me: ConnectedUser | undefined): LayersConversation {
  const [result, setResult] = useState<{ user: ConnectedUser; id?: string; problem?: string }>()
  const [attempt, setAttempt] = useState(1)

  useEffect(() => {
    if (!me) return
    const controller = new AbortController()
    me.getOrCreateConversation({ id: getConversationId(me) }, { signal: controller.signal }).then(
      ({ conversation }) => setResult({ user: me, id: conversation.id }),
      (error: unknown) => {
        if (!controller.signal.aborted) setResult({ user: me, problem: getErrorReason(error) })
      },
    )
    return () => controller.abort()
  }, [me, attempt])

  const current = result?.user === me ? result : undefined
  return { id: current?.id, problem: current?.problem, retry: () => setAttempt(attempt + 1) }
}

/** Ids are limited to 70 characters. */
function getConversationId({ user }: ConnectedUser): string {
  return `layers-${user.id.slice(-63)}`
}

/** Returns the previous object while the new one is shallowly equal. */
function useShallowStable<T extends object>(value: T): T {
  const [stable, setStable] = useState(value)
  if (isShallowEqual(stable, value)) return stable
  setStable(value)
  return value
}

function isShallowEqual(a: object, b: object): boolean {
  const aEntries = Object.entries(a)
  const bEntries = new Map(Object.entries(b))
  return aEntries.length === bEntries.size && aEntries.every(([name, value]) => bEntries.get(name) === value)
}
