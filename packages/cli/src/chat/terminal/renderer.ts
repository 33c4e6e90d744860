import type { ChatMessage } from '@parley/rx'
import type { ChatSession } from '../chat-mode.ts'
import type { ChatView } from '../chat-view.ts'
import { displayName } from '../display-name.ts'
import { createTranscript, type Transcript } from '../transcript.ts'
import { liveRows } from './live-rows.ts'
import { messageRows, type Author } from './message-rows.ts'
import type { Row } from './row.ts'
import { createStatusLine } from './status-line.ts'
import { createTerminalWriter } from './terminal-writer.ts'

/** Brings a chat onto a screen. */
export interface Renderer {
  readonly view: ChatView | undefined
  readonly transcript: Transcript
  /** Shows what has changed since. */
  update: (view: ChatView) => void
  /** Prints rows, made for the width that the screen has then. */
  print: (rowsFor: (width: number) => Row[]) => void
  rowsOf: (message: ChatMessage, width: number) => Row[]
  /** The screen is not what it was: all of it is painted anew. */
  redraw: () => void
  /** Draws soon, once for all that happens until then. */
  draw: () => void
  /** Leaves the messages on the screen, and nothing else. */
  close: () => void
}

export function createRenderer(
  { me, bot, options, io }: ChatSession,
  { input, now }: { input: () => { line: string; cursor: number }; now: () => number },
): Renderer {
  const screen = io.stdout
  const writer = createTerminalWriter(screen, { hasColors: options.hasColors })
  const transcript = createTranscript(options.historyCount)
  const name = (userId: string): string =>
    displayName(userId, { myId: me.user.id, bot, participants: view?.participants ?? [] })
  const notices = createStatusLine(now, name)
  let view: ChatView | undefined
  let pending: ((width: number) => Row[])[] = []
  let isDisturbed = false
  let soon: NodeJS.Immediate | undefined
  let later: NodeJS.Timeout | undefined

  const rowsOf = (message: ChatMessage, width: number): Row[] =>
    messageRows(message, { author: authorOf(message.userId), width })

  function authorOf(userId: string): Author {
    const isListed = view?.participants.some(({ id }) => id === userId) === true
    const style = userId === me.user.id ? 'cyan' : isListed ? 'yellow' : 'green'
    return { name: name(userId), style }
  }

  /** As many of the newest messages as fit. */
  function tail(width: number, room: number): Row[] {
    const rows: Row[] = []
    for (const message of transcript.shown.toReversed()) {
      if (rows.length >= room) break
      rows.unshift(...rowsOf(message, width))
    }
    return room > 0 ? rows.slice(-room) : []
  }

  function drawNow(isLast: boolean): void {
    clearTimeout(later)
    soon = undefined
    // A slow terminal is not to be filled with frames that are old when it gets to them.
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
            rowsOf: (message) => rowsOf(message, width),
            notices: notices.lines(view),
            ...input(),
          },
          { width, height: Math.max(1, height - 1) },
        )
    const notes = pending.flatMap((rowsFor) => rowsFor(width))
    pending = []
    const isAnew = isDisturbed || isReordered
    isDisturbed = false
    if (isAnew) writer.clear()
    const messages = isAnew
      ? tail(width, height - live.rows.length - notes.length)
      : added.flatMap((message) => rowsOf(message, width))
    writer.paint({ above: [...messages, ...notes], live: live.rows, cursor: live.cursor })
    const { nextChangeInMs } = notices
    if (nextChangeInMs !== undefined && !isLast) later = setTimeout(draw, nextChangeInMs)
  }

  function draw(): void {
    soon ??= setImmediate(drawNow, false)
  }

  function redraw(): void {
    isDisturbed = true
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
      pending.push(rowsFor)
      draw()
    },
    rowsOf,
    redraw,
    draw,
    close() {
      screen.off('resize', redraw)
      screen.off('drain', draw)
      clearImmediate(soon)
      drawNow(true)
      clearTimeout(later)
    },
  }
}
