import { PassThrough, Writable } from 'node:stream'
import xterm from '@xterm/headless'
import { expect } from 'vitest'
import type { ChatIo, OutputStream } from '../src/chat/chat-session.ts'

/** A terminal emulator that interprets the output, and exposes what a user would see. */
export interface FakeTerminal extends Pick<ChatIo, 'stdin' | 'stdout'> {
  /** Types keys, for example `'hello\r'`. */
  type: (keys: string) => void
  /** The rows of the screen, down to the last non-empty row. */
  readonly rows: string[]
  /** All rows, including the scrollback. */
  readonly allRows: string[]
  readonly cursor: { row: number; column: number }
  readonly isRaw: boolean
  /** The raw output. */
  readonly written: string
  resize: (columns: number, rows: number) => void
  /** Resolves when all output is on the screen. */
  drained: () => Promise<void>
  /** Waits until a row of the screen contains the text. */
  shows: (text: string) => Promise<void>
  /** Waits until no row of the screen contains the text. */
  hides: (text: string) => Promise<void>
}

const pollOptions = { interval: 5 }

export function createFakeTerminal({
  columns = 60,
  rows = 12,
}: { columns?: number; rows?: number } = {}): FakeTerminal {
  const emulator = new xterm.Terminal({ cols: columns, rows, scrollback: 1_000, allowProposedApi: true })
  let isRaw = false
  let written = ''
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (isOn: boolean) => {
      isRaw = isOn
    },
  })
  const stdout: OutputStream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written += chunk.toString()
      emulator.write(chunk, done)
    },
  })
  Object.assign(stdout, { isTTY: true, columns, rows })

  const rowsFrom = (first: number): string[] => {
    const { active } = emulator.buffer
    const texts = Array.from({ length: active.length - first }, (_, index) =>
      (active.getLine(first + index)?.translateToString(true) ?? '').trimEnd(),
    )
    return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1)
  }
  const terminal: FakeTerminal = {
    stdin,
    stdout,
    type: (keys) => {
      stdin.write(keys)
    },
    get rows() {
      return rowsFrom(emulator.buffer.active.baseY)
    },
    get allRows() {
      return rowsFrom(0)
    },
    get cursor() {
      return { row: emulator.buffer.active.cursorY, column: emulator.buffer.active.cursorX }
    },
    get written() {
      return written
    },
    get isRaw() {
      return isRaw
    },
    resize(newColumns, newRows) {
      emulator.resize(newColumns, newRows)
      Object.assign(stdout, { columns: newColumns, rows: newRows })
      stdout.emit('resize')
    },
    drained: () => new Promise((resolve) => stdout.write('', () => resolve())),
    shows: (text) => expect.poll(() => terminal.rows.join('\n'), pollOptions).toContain(text),
    hides: (text) => expect.poll(() => terminal.rows.join('\n'), pollOptions).not.toContain(text),
  }
  return terminal
}
