import { systemClock } from '@parley/core'
import { openConversation, type ChatMessage, type LiveConversation } from '@parley/rx'
import { filter, firstValueFrom, race } from 'rxjs'
import { type ChatIo, type ChatMode, clockTimer } from './chat-session.ts'
import { joinChat, type JoinedChat } from './join-chat.ts'
import { runLines } from './line-mode.ts'
import type { ChatCommandOptions } from './parse-chat-options.ts'
import { runTerminal } from './terminal/terminal-mode.ts'
import { payloadSummary } from './text/payload-text.ts'
import { sanitizeLine } from './text/sanitize.ts'

/** How long messages in flight may take to be delivered when the user exits. */
const deliveryTimeoutMs = 1_000

/**
 * Chats until the user exits, or until stdin has ended and the conversation is idle. Finally lists the messages whose
 * delivery is not confirmed.
 *
 * @returns The exit code.
 * @throws Error if the error is permanent. The message says what to do.
 */
export async function chat(options: ChatCommandOptions, io: ChatIo): Promise<number> {
  const warn = (text: string): void => {
    io.stderr.write(`parley: ${sanitizeLine(text)}\n`)
  }
  const joined = await joinChat(options, { signal: io.signal, warn }).catch((error: unknown) => {
    if (io.signal.aborted) return undefined
    throw error
  })
  return joined ? runChat(joined, { options, io, warn }) : 0
}

async function runChat(
  joined: JoinedChat,
  { options, io, warn }: { options: ChatCommandOptions; io: ChatIo; warn: (text: string) => void },
): Promise<number> {
  const pageSize = Math.max(1, options.historyCount)
  const conversation = openConversation(joined.me, joined.conversationId, { pageSize })
  let pending: readonly ChatMessage[] = []
  const subscription = conversation.messages$.subscribe((messages) => {
    pending = messages.filter(({ status }) => status === 'sending' || status === 'failed')
  })
  try {
    const runMode = selectMode(options, io)
    return await runMode({
      ...joined,
      conversation,
      options,
      io,
      waitForDelivery: () => waitForDelivery(conversation, io),
    })
  } finally {
    subscription.unsubscribe()
    for (const { payload } of pending) warn(`Delivery not confirmed: ${payloadSummary(payload, 200)}`)
  }
}

/** Terminal mode requires stdin and stdout to be a terminal. With a pipe on either side, the chat runs in line mode. */
function selectMode({ isJson, isDumbTerminal }: ChatCommandOptions, { stdin, stdout }: ChatIo): ChatMode {
  const isTerminal = stdin.isTTY === true && stdout.isTTY === true
  return isTerminal && !isJson && !isDumbTerminal ? runTerminal : runLines
}

async function waitForDelivery(
  { messages$, connection$ }: LiveConversation,
  { clock }: ChatIo,
): Promise<void> {
  const { state } = await firstValueFrom(connection$)
  if (state !== 'online') return
  const delivered$ = messages$.pipe(
    filter((messages) => messages.every(({ status }) => status !== 'sending')),
  )
  await firstValueFrom(race(delivered$, clockTimer(clock, deliveryTimeoutMs)))
}

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
