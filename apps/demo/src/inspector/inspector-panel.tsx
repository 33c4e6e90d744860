import { useChat } from '@parley/react'
import type { ReactElement } from 'react'
import type { WireTap } from '../wire/wire-tap.ts'
import { InspectorView } from './inspector-view.tsx'

export interface InspectorPanelProps {
  tap: WireTap
  /** The open conversation, if any. */
  conversationId: string | undefined
  /** Shows a button that closes the panel. */
  onClose?: () => void
}

/** Shows requests, signals and connection changes, and simulates network faults. */
export function InspectorPanel(props: InspectorPanelProps): ReactElement {
  const { user } = useChat()
  return <InspectorView {...props} me={user} />
}
