import type { ChatMessage } from '@parley/rx'
import { memo, Profiler, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ChatProvider, useConversation } from '../../src/index.ts'

/** What React did since it was last told to count from zero. */
interface Counts {
  /** How often each row was rendered, by its message's key. */
  rows: Record<string, number>
  commits: number
  /** The most commits that one frame had to show. */
  mostInAFrame: number
  frames: number
}

export interface BurstPage {
  counts: Counts
  countAnew: () => void
  loadOlder: () => Promise<void>
  messages: readonly ChatMessage[]
}

const none = (): Counts => ({ rows: {}, commits: 0, mostInAFrame: 0, frames: 0 })
let inThisFrame = 0

const burst: BurstPage = {
  counts: none(),
  countAnew: () => (burst.counts = none()),
  loadOlder: async () => {},
  messages: [],
}
Object.assign(window, { burst })

function countFrame(): void {
  burst.counts.frames++
  inThisFrame = 0
  requestAnimationFrame(countFrame)
}
requestAnimationFrame(countFrame)

function countCommit(): void {
  burst.counts.commits++
  burst.counts.mostInAFrame = Math.max(burst.counts.mostInAFrame, ++inThisFrame)
}

function countRow(key: string): void {
  burst.counts.rows[key] = (burst.counts.rows[key] ?? 0) + 1
}

const Row = memo(({ message }: { message: ChatMessage }) => (
  <Profiler id={message.key} onRender={countRow}>
    <p>{message.payload.type === 'text' && message.payload.text}</p>
  </Profiler>
))

function keep(shown: Partial<BurstPage>): void {
  Object.assign(burst, shown)
}

function Thread({ id }: { id: string }) {
  const { messages, loadOlder } = useConversation(id)
  keep({ messages, loadOlder })
  return messages.map((message) => <Row key={message.key} message={message} />)
}

const { url, userKey, id } = Object.fromEntries(new URLSearchParams(location.search))
const root = document.getElementById('root')
if (root && url && userKey && id)
  createRoot(root).render(
    <StrictMode>
      <ChatProvider url={url} userKey={userKey} options={{ pageSize: 100 }}>
        <Profiler id="thread" onRender={countCommit}>
          <Thread id={id} />
        </Profiler>
      </ChatProvider>
    </StrictMode>,
  )
