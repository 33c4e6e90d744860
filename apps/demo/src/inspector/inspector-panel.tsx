import { useChat } from '@parley/react'
import type { ReactElement } from 'react'
import type { WireTap } from '../wire/wire-tap.ts'
import { InspectorView } from './inspector-view.tsx'

export interface InspectorPanelProps {
  tap: WireTap
  /** The conversation in view, if any. */
  conversationId: string | undefined
  /** Shows a button that closes it. */
  onClose?: () => void
}

/** What passes between this page and its server, and ways to disturb it. */
export function InspectorPanel(props: InspectorPanelProps): ReactElement {
  const { user } = useChat()
  return <InspectorView {...props} me={user} />
}
