import { systemClock } from '@parley/core'
import type { ChatIo } from './chat-io.ts'

/** The process's own streams and time. The first SIGINT, SIGTERM or SIGHUP ends the chat, a second one the process. */
export function processIo(): ChatIo {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1)
      controller.abort()
    })
  }
  // Without this, a reader that goes while the last lines are flushed would be a crash.
  process.stdout.on('error', () => {})
  const { stdin, stdout, stderr } = process
  return { stdin, stdout, stderr, signal: controller.signal, clock: systemClock }
}
