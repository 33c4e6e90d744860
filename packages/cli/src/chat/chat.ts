import { openConversation, type ChatMessage, type LiveConversation } from '@parley/rx'
import { filter, firstValueFrom, race } from 'rxjs'
import type { ChatIo } from './chat-io.ts'
import type { ChatMode } from './chat-mode.ts'
import { clockTimer } from './clock-timer.ts'
import { joinChat, type JoinedChat } from './join-chat.ts'
import { runLines } from './line-mode.ts'
import type { ChatCommandOptions } from './parse-chat-options.ts'
import { runTerminal } from './terminal/terminal-mode.ts'
import { payloadSummary } from './text/payload-text.ts'
import { sanitizeLine } from './text/sanitize.ts'

/** What is on its way when the user leaves has that long to arrive. */
const disconnectDelayMs = 1_000

/**
 * Chats until the user leaves, or stdin has ended and nothing happens any more. Messages that are not known to have arrived are
 * named at the end.
 *
 * @returns The exit code.
 * @throws Error of what no retry can mend; its message says what to do.
 */
export async function chat(options: ChatCommandOptions, io: ChatIo): Promise<number> {
  const warn = (text: string): void => {
    io.stderr.write(`parley: ${sanitizeLine(text)}\n`)
  }
  const joined = await joinChat(options, { signal: io.signal, warn }).catch((error: unknown) => {
    if (io.signal.aborted) return undefined
    throw error
  })
  return joined ? converse(joined, { options, io, warn }) : 0
}

async function converse(
  joined: JoinedChat,
  { options, io, warn }: { options: ChatCommandOptions; io: ChatIo; warn: (text: string) => void },
): Promise<number> {
  const pageSize = Math.max(1, options.historyCount)
  const conversation = openConversation(joined.me, joined.conversationId, { pageSize })
  let unsent: readonly ChatMessage[] = []
  const watching = conversation.messages$.subscribe((messages) => {
    unsent = messages.filter(({ status }) => status === 'sending' || status === 'failed')
  })
  try {
    const mode = modeFor(options, io)
    return await mode({
      ...joined,
      conversation,
      options,
      io,
      waitForDelivery: () => settle(conversation, io),
    })
  } finally {
    watching.unsubscribe()
    for (const { payload } of unsent) warn(`Not known to be sent: ${payloadSummary(payload, 200)}`)
  }
}

/** A prompt needs a terminal on both sides: with input from a pipe, or output to one, lines are all there is. */
function modeFor({ isJson, isDumb }: ChatCommandOptions, { stdin, stdout }: ChatIo): ChatMode {
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true
  return isTerminal && !isJson && !isDumb ? runTerminal : runLines
}

async function settle({ messages$, connection$ }: LiveConversation, { clock }: ChatIo): Promise<void> {
  const { state } = await firstValueFrom(connection$)
  if (state !== 'online') return
  const settled$ = messages$.pipe(filter((messages) => messages.every(({ status }) => status !== 'sending')))
  await firstValueFrom(race(settled$, clockTimer(clock, disconnectDelayMs)))
}
