import { PassThrough } from 'node:stream'
import { chat } from '../src/chat/chat.ts'
import { parseChatOptions } from '../src/chat/parse-chat-options.ts'
import { createFakeTerminal, type FakeTerminal } from './fake-terminal.ts'
import { noTimeoutClock } from './no-timeout-clock.ts'
import { createTemporaryFolder } from './spawn-parley.ts'

export interface OpenChat extends AsyncDisposable {
  readonly terminal: FakeTerminal
  readonly stderr: string
  /** Resolves when the prompt and all earlier messages are on the screen. */
  readonly isReady: () => Promise<void>
  /** Resolves with the exit code. */
  readonly ended: Promise<number>
  /** Aborts the chat, like SIGTERM. */
  stop: () => void
}

/** Runs `parley chat` with a fake terminal, in this process. */
export function openChat(
  args: string[],
  { env = {}, ...size }: { env?: Record<string, string>; columns?: number; rows?: number } = {},
): OpenChat {
  const folder = createTemporaryFolder()
  const terminal = createFakeTerminal(size)
  const controller = new AbortController()
  const errors = new PassThrough().setEncoding('utf8')
  let stderr = ''
  errors.on('data', (text: string) => (stderr += text))
  const options = parseChatOptions(args, { XDG_STATE_HOME: folder.path, NO_COLOR: '1', ...env })
  const { stdin, stdout } = terminal
  const run = async (): Promise<number> => {
    try {
      const { signal } = controller
      return await chat(options, { stdin, stdout, stderr: errors, signal, clock: noTimeoutClock })
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
      await terminal.hides('syncing…')
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
