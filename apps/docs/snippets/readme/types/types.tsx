import { ChatProvider } from '@parley/react'
import { z } from 'zod'

const schemas = {
  metadata: z.object({ mood: z.enum(['good', 'bad']).optional() }),
  events: z.object({
    type: z.literal('wave'),
    hand: z.enum(['left', 'right']),
  }),
}

declare module '@parley/react' {
  interface Register {
    schemas: typeof schemas
  }
}

export const app = (
  <ChatProvider url="http://127.0.0.1:3000/demo" schemas={schemas}>
    {/* … */}
  </ChatProvider>
)
