import type { BlocItem, Payload } from '@parley/core'
import type { ReactElement } from 'react'
import { ErrorBoundary } from 'react-error-boundary'
import { CardPayload } from './cards/card-payload.tsx'
import { CardsPayload } from './cards/cards-payload.tsx'
import { LocationPayload } from './location-payload.tsx'
import { MarkdownPayload } from './markdown/markdown-payload.tsx'
import { FilePayload } from './media/file-payload.tsx'
import { ImagePayload } from './media/image-payload.tsx'
import { AudioPayload, VideoPayload } from './media/media-payload.tsx'
import { ChoicePayload } from './options/choice-payload.tsx'
import { DropdownPayload } from './options/dropdown-payload.tsx'
import { parsePayload } from './parse-payload.ts'
import type { OnReply } from './reply.ts'
import { TextPayload } from './text/text-payload.tsx'
import { UnknownPayload } from './unknown-payload.tsx'

export interface PayloadViewProps {
  payload: Payload
  /** The user's answer, as the value of an option. */
  answer?: string | undefined
  /** Absent if the message cannot be answered yet. */
  onReply?: OnReply | undefined
  /** Whether the message is still streaming. Default: false. */
  isStreaming?: boolean
}

/** Shows a payload of any of the 12 types. A rendering error affects only this payload. */
export function PayloadView(props: PayloadViewProps): ReactElement {
  const { payload } = props

  return (
    <ErrorBoundary resetKeys={[payload]} fallback={<UnknownPayload payload={payload} />}>
      <AnyPayload {...props} />
    </ErrorBoundary>
  )
}

function AnyPayload({ payload, answer, onReply, isStreaming }: PayloadViewProps): ReactElement {
  const parsed = parsePayload(payload)
  if (!parsed) return <UnknownPayload payload={payload} />
  switch (parsed.type) {
    case 'card':
      return <CardPayload payload={parsed} onReply={onReply} />
    case 'carousel':
      return <CardsPayload payload={parsed} onReply={onReply} />
    case 'choice':
      return <ChoicePayload payload={parsed} answer={answer} onReply={onReply} />
    case 'dropdown':
      return <DropdownPayload payload={parsed} answer={answer} onReply={onReply} />
    case 'bloc':
      return <BlocPayload items={parsed.items} />
    default:
      return <BlocItemView payload={parsed} isStreaming={isStreaming} />
  }
}

/** Several payloads in one message. */
function BlocPayload({ items }: { items: readonly unknown[] }): ReactElement {
  return (
    <div className="space-y-3">
      {items.map((item, index) => (
        <ErrorBoundary key={index} resetKeys={[item]} fallback={<UnknownPayload payload={item} />}>
          <Item item={item} />
        </ErrorBoundary>
      ))}
    </div>
  )
}

/** A bloc contains neither other blocs nor interactive payloads. */
function Item({ item }: { item: unknown }): ReactElement {
  const parsed = parsePayload(item)
  switch (parsed?.type) {
    case 'card':
    case 'carousel':
    case 'choice':
    case 'dropdown':
    case 'bloc':
      return <UnknownPayload payload={item} />
    default:
      return parsed ? <BlocItemView payload={parsed} /> : <UnknownPayload payload={item} />
  }
}

/** Shows a payload that a `bloc` may contain. */
function BlocItemView({
  payload,
  isStreaming,
}: {
  payload: BlocItem
  isStreaming?: boolean | undefined
}): ReactElement {
  switch (payload.type) {
    case 'text':
      return <TextPayload payload={payload} isStreaming={isStreaming} />
    case 'markdown':
      return <MarkdownPayload payload={payload} isStreaming={isStreaming} />
    case 'image':
      return <ImagePayload payload={payload} />
    case 'audio':
      return <AudioPayload payload={payload} />
    case 'video':
      return <VideoPayload payload={payload} />
    case 'file':
      return <FilePayload payload={payload} />
    case 'location':
      return <LocationPayload payload={payload} />
  }
}
