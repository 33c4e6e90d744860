import { systemClock } from '@parley/core'
import type { ChatIo } from './chat-io.ts'

/**
 * Uses the streams of the process and the system clock. The first SIGINT, SIGTERM or SIGHUP ends the chat, the second
 * one exits the process.
 */
export function processIo(): ChatIo {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1)
      controller.abort()
    })
  }
  // Without a listener, the process crashes if the reader closes the pipe while the last lines are flushed.
  process.stdout.on('error', () => {})
  const { stdin, stdout, stderr } = process
  return { stdin, stdout, stderr, signal: controller.signal, clock: systemClock }
}
