import type { ChatMessage } from '@parley/rx'
import type { ChatSession, ChatView } from '../chat-session.ts'
import { displayName, isBot, type KnownUsers } from '../display-name.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { wrapText } from '../text/wrap-text.ts'
import { createTranscript, type Transcript } from '../transcript.ts'
import { liveRows } from './live-rows.ts'
import { messageRows, type Author } from './message-rows.ts'
import { createStatusLine } from './status-line.ts'
import { type Row, createTerminalWriter } from './terminal-writer.ts'

/** Renders a chat on a terminal. */
export interface Renderer {
  readonly view: ChatView | undefined
  readonly transcript: Transcript
  /** Renders a new view. */
  update: (view: ChatView) => void
  /** Prints rows permanently. `rowsFor` receives the screen width at the time of printing. */
  print: (rowsFor: (width: number) => Row[]) => void
  messageRows: (message: ChatMessage, width: number) => Row[]
  /** Schedules a redraw of the whole screen. */
  redraw: () => void
  /** Schedules a draw. Calls before that draw share it. */
  draw: () => void
  /** Removes the live rows. Printed messages stay on the screen. */
  close: () => void
}

export function createRenderer(
  { me, bot, options, io }: ChatSession,
  {
    input,
    hint,
    now,
  }: {
    input: () => { line: string; cursor: number }
    /** The last part of the status line. */
    hint: () => string | undefined
    now: () => number
  },
): Renderer {
  const screen = io.stdout
  const writer = createTerminalWriter(screen, { hasColors: options.hasColors })
  const transcript = createTranscript(options.historyCount)
  const getKnownUsers = (): KnownUsers => ({
    myId: me.user.id,
    bot,
    participants: view?.participants ?? [],
  })
  const getName = (userId: string): string => displayName(userId, getKnownUsers())
  const statusLine = createStatusLine(now, getName)
  let view: ChatView | undefined
  let queuedPrints: ((width: number) => Row[])[] = []
  let needsRedraw = false
  let isClosed = false
  let scheduledDraw: NodeJS.Immediate | undefined
  let statusTimer: NodeJS.Timeout | undefined

  const rowsOfMessage = (message: ChatMessage, width: number): Row[] =>
    messageRows(message, { author: getAuthor(message), width })

  function getAuthor({ userId, isOwn }: ChatMessage): Author {
    const isParticipant = view?.participants.some(({ id }) => id === userId) === true
    const style = isOwn ? 'cyan' : isParticipant ? 'yellow' : 'green'
    return { name: getName(userId), style, isBot: isBot(userId, getKnownUsers()) }
  }

  /** Returns the last rows of the printed messages. */
  function getLastRows(width: number, maxRows: number): Row[] {
    const rows: Row[] = []
    for (const message of transcript.printed.toReversed()) {
      if (rows.length >= maxRows) break
      rows.unshift(...rowsOfMessage(message, width))
    }
    return maxRows > 0 ? rows.slice(-maxRows) : []
  }

  function drawNow(isLast: boolean): void {
    clearTimeout(statusTimer)
    scheduledDraw = undefined
    // Skips frames while a slow terminal has a backlog. The drain event draws the latest state.
    if (screen.writableNeedDrain && !isLast) return
    const width = screen.columns || 80
    const height = screen.rows || 24
    const { added, isReordered } = view?.isLoaded
      ? transcript.update(view.messages)
      : { added: [], isReordered: false }
    const live = isLast
      ? { rows: [[]], cursor: { row: 0, column: 0 } }
      : liveRows(
          {
            messages: view?.messages ?? [],
            messageRows: (message) => rowsOfMessage(message, width),
            status: [...statusLine.parts(view), hint()].filter((part) => part !== undefined),
            ...input(),
          },
          { width, height: Math.max(1, height - 1) },
        )
    const printedRows = queuedPrints.flatMap((rowsFor) => rowsFor(width))
    queuedPrints = []
    const isFullRedraw = needsRedraw || isReordered
    needsRedraw = false
    if (isFullRedraw) writer.clear()
    const messages = isFullRedraw
      ? getLastRows(width, height - live.rows.length - printedRows.length)
      : added.flatMap((message) => rowsOfMessage(message, width))
    writer.writeFrame({ printed: [...messages, ...printedRows], live: live.rows, cursor: live.cursor })
    const { nextChangeInMs } = statusLine
    if (nextChangeInMs !== undefined && !isLast) statusTimer = setTimeout(draw, nextChangeInMs)
  }

  function draw(): void {
    if (isClosed) return
    scheduledDraw ??= setImmediate(drawNow, false)
  }

  function redraw(): void {
    needsRedraw = true
    draw()
  }

  screen.on('resize', redraw)
  screen.on('drain', draw)

  return {
    get view() {
      return view
    },
    transcript,
    update(next) {
      view = next
      draw()
    },
    print(rowsFor) {
      queuedPrints.push(rowsFor)
      draw()
    },
    messageRows: rowsOfMessage,
    redraw,
    draw,
    close() {
      isClosed = true
      screen.off('resize', redraw)
      screen.off('drain', draw)
      clearImmediate(scheduledDraw)
      drawNow(true)
      clearTimeout(statusTimer)
    },
  }
}

type Screen = Pick<Renderer, 'print'>

/** Prints sanitized lines of the chat itself, dimmed. */
export function printNote(screen: Screen, ...lines: string[]): void {
  screen.print((width) =>
    lines.flatMap((line) => wrapText(line, { width })).map((text): Row => [{ text, style: 'dim' }]),
  )
}

export function printError(screen: Screen, error: unknown): void {
  printNote(screen, sanitizeLine(error instanceof Error ? error.message : String(error)))
}
