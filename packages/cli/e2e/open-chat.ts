import { PassThrough } from 'node:stream'
import { readChatOptions } from '../src/chat/chat-options.ts'
import { chat } from '../src/chat/chat.ts'
import { createFakeTerminal, type FakeTerminal } from './fake-terminal.ts'
import { temporaryFolder } from './parley.ts'
import { patientClock } from './patient-clock.ts'

export interface OpenChat extends AsyncDisposable {
  readonly terminal: FakeTerminal
  readonly stderr: string
  /** Resolves when the prompt is there, and all earlier messages. */
  readonly isReady: () => Promise<void>
  /** Resolves with the exit code. */
  readonly ended: Promise<number>
  /** As SIGTERM does. */
  stop: () => void
}

/** `parley chat` at a fake terminal, in this process. */
export function openChat(
  args: string[],
  { env = {}, ...size }: { env?: Record<string, string>; columns?: number; rows?: number } = {},
): OpenChat {
  const folder = temporaryFolder()
  const terminal = createFakeTerminal(size)
  const controller = new AbortController()
  const errors = new PassThrough().setEncoding('utf8')
  let stderr = ''
  errors.on('data', (text: string) => (stderr += text))
  const options = readChatOptions(args, { XDG_STATE_HOME: folder.path, NO_COLOR: '1', ...env })
  const { stdin, stdout } = terminal
  const run = async (): Promise<number> => {
    try {
      const { signal } = controller
      return await chat(options, { stdin, stdout, stderr: errors, signal, clock: patientClock })
    } finally {
      await terminal.drained()
    }
  }
  const ended = run()
  ended.catch(() => {})
  return {
    terminal,
    get stderr() {
      return stderr
    },
    async isReady() {
      await terminal.shows('>')
      await terminal.hides('connecting…')
      await terminal.hides('catching up…')
    },
    ended,
    stop: () => {
      controller.abort()
    },
    async [Symbol.asyncDispose]() {
      controller.abort()
      await ended.catch(() => {})
      folder[Symbol.dispose]()
    },
  }
}
