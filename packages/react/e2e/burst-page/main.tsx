import type { ChatMessage } from '@parley/rx'
import { memo, Profiler, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ChatProvider, useConversation } from '../../src/index.ts'

/** The work of React since the last `resetCounts`. */
interface Counts {
  /** Renders per row, by message key. */
  rows: Record<string, number>
  commits: number
  /** The largest number of commits within one frame. */
  maxCommitsPerFrame: number
  frames: number
}

export interface BurstPage {
  counts: Counts
  resetCounts: () => void
  loadOlder: () => Promise<void>
  messages: readonly ChatMessage[]
}

const createCounts = (): Counts => ({ rows: {}, commits: 0, maxCommitsPerFrame: 0, frames: 0 })
let commitsInFrame = 0

const burst: BurstPage = {
  counts: createCounts(),
  resetCounts: () => (burst.counts = createCounts()),
  loadOlder: async () => {},
  messages: [],
}
Object.assign(window, { burst })

function recordFrame(): void {
  burst.counts.frames++
  commitsInFrame = 0
  requestAnimationFrame(recordFrame)
}
requestAnimationFrame(recordFrame)

function recordCommit(): void {
  burst.counts.commits++
  burst.counts.maxCommitsPerFrame = Math.max(burst.counts.maxCommitsPerFrame, ++commitsInFrame)
}

function recordRow(key: string): void {
  burst.counts.rows[key] = (burst.counts.rows[key] ?? 0) + 1
}

const Row = memo(({ message }: { message: ChatMessage }) => (
  <Profiler id={message.key} onRender={recordRow}>
    <p>{message.payload.type === 'text' && message.payload.text}</p>
  </Profiler>
))

function updatePage(shown: Partial<BurstPage>): void {
  Object.assign(burst, shown)
}

function Thread({ id }: { id: string }) {
  const { messages, loadOlder } = useConversation(id)
  updatePage({ messages, loadOlder })
  return messages.map((message) => <Row key={message.key} message={message} />)
}

const { url, userKey, id } = Object.fromEntries(new URLSearchParams(location.search))
const root = document.getElementById('root')
if (root && url && userKey && id)
  createRoot(root).render(
    <StrictMode>
      <ChatProvider url={url} userKey={userKey} options={{ pageSize: 100 }}>
        <Profiler id="thread" onRender={recordCommit}>
          <Thread id={id} />
        </Profiler>
      </ChatProvider>
    </StrictMode>,
  )
