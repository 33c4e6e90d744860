import type { ChatOptions, ConnectOptions } from '@parley/core'
import { useChat, useConversations } from '@parley/react'
import { useEffect, useId, type ReactElement } from 'react'
import { MarkdownPayload } from '../payloads/markdown/markdown-payload.tsx'
import { Button } from '../ui/button.tsx'
import { LayerPane } from './layer-pane.tsx'
import { layers, paneSource, type Layer } from './layers.ts'
import { useLayersConversation } from './use-layers-conversation.ts'
import { useStable } from './use-stable.ts'

export interface LayersPageProps {
  /** Where the chat is; with the tap's `fetch`, the inspector sees what the panes do. */
  server: ChatOptions
  /** Who chats: `{ storage }` or `{ userKey }`. */
  visitor: ConnectOptions
  /** Called with the id of the conversation that the three share, once it is there. */
  onConversation: (id: string | undefined) => void
}

/** The same chat three times, in one conversation, each with its source. */
export function LayersPage(props: LayersPageProps): ReactElement {
  const paneId = useId()
  const { user } = useChat()
  const { id, problem, retry } = useLayersConversation(user)
  const { onConversation } = props
  useEffect(() => onConversation(id), [onConversation, id])
  useMarkRead(id)
  // What is written in place is another object each time that it is drawn.
  const server = useStable(props.server)
  const visitor = useStable(props.visitor)

  return (
    <div className="@container mx-auto max-w-[96rem] px-4 py-6 sm:px-6 lg:py-8">
      <h1 className="text-2xl font-semibold tracking-tight">One page, three layers</h1>
      <p className="mt-1.5 max-w-2xl text-soft">
        <bdi>
          The same tiny chat, written with each layer, side by side in one conversation. What you say in one,
          all three hear. Below each stands the file that runs, whole. Sizes are min+gzip.
        </bdi>
      </p>
      <div role="status">
        {problem && (
          <p className="mt-4 flex flex-wrap items-center gap-3 rounded-2xl bg-alert-wash px-4 py-2.5 text-sm text-alert">
            <span className="min-w-0 flex-1 wrap-anywhere">There is no conversation to show. {problem}</span>
            <Button onClick={retry}>Try again</Button>
          </p>
        )}
      </div>
      <div className="mt-6 grid items-start gap-x-5 gap-y-4 @2xl:grid-cols-3">
        {layers.map((layer) => (
          <LayerCard key={layer.name} layer={layer}>
            {id !== undefined && <LayerPane layer={layer} server={server} visitor={visitor} id={id} />}
          </LayerCard>
        ))}
      </div>
      <section aria-labelledby={paneId} className="mt-8 max-w-2xl text-[0.8125rem]">
        <h2 id={paneId} className="mb-3 text-sm text-soft">
          What each of them takes
        </h2>
        <Source language="ts" source={paneSource} />
      </section>
    </div>
  )
}

function LayerCard({ layer, children }: { layer: Layer; children: ReactElement | false }): ReactElement {
  const { name, adds, weighs, file, source } = layer
  const language = file.endsWith('x') ? 'tsx' : 'ts'
  return (
    // Where there is room, the three run in one row, and their sources follow.
    <section aria-label={`With ${name}`} className="contents">
      <header className="self-start @max-2xl:mt-6 @2xl:order-0">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <h2 className="font-mono text-[0.9375rem] font-semibold">
            <bdi>{name}</bdi>
          </h2>
          <p className="text-[0.8125rem] text-soft">
            <bdi>
              {weighs} · {lineCount(source)} lines
            </bdi>
          </p>
        </div>
        <p className="mt-1 text-sm text-soft">
          <bdi>{adds}</bdi>
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

function lineCount(source: string): number {
  return source.trimEnd().split('\n').length
}

/** The page shows all messages of the shared conversation, so they never count as unread. */
function useMarkRead(id: string | undefined): void {
  const { conversations, markRead } = useConversations({ visible: id === undefined ? [] : [id] })
  const entry = conversations?.find((conversation) => conversation.id === id)
  useEffect(() => {
    if (entry && entry.unread !== 0) markRead(entry.id)
  }, [entry, markRead])
}
