import { createInterface } from 'node:readline'
import { Writable, type Readable } from 'node:stream'

/** The line that the user is editing, with readline's key bindings and history. */
export interface LineEditor {
  readonly line: string
  /** The index of the cursor in the line. */
  readonly cursor: number
  close: () => void
}

export interface LineEditorEvents {
  onLine: (line: string) => void
  /** The line or the cursor may have changed. */
  onKey: () => void
  /** The screen must be redrawn, after Ctrl-L or after the process was resumed. */
  onRedraw: () => void
  /** Ctrl-C. */
  onInterrupt: () => void
  /** Ctrl-D, or the terminal was closed. */
  onEnd: () => void
}

interface Key {
  ctrl?: boolean
  name?: string
}

/** Creates an editor without output: the renderer draws the line together with the rest of the screen. */
export function createLineEditor(
  input: Readable,
  { onLine, onKey, onRedraw, onInterrupt, onEnd }: LineEditorEvents,
): LineEditor {
  const discardedOutput = new Writable({ write: (_chunk, _encoding, done) => done() })
  const readline = createInterface({
    input,
    output: discardedOutput,
    terminal: true,
    historySize: 200,
    prompt: '',
  })
  const handleKeypress = (_text: string | undefined, { ctrl, name }: Key = {}): void => {
    if (ctrl && name === 'l') onRedraw()
    else onKey()
  }
  readline.on('line', onLine)
  readline.on('SIGINT', onInterrupt)
  readline.on('SIGCONT', () => {
    readline.resume()
    onRedraw()
  })
  readline.once('close', onEnd)
  // Runs after readline's own listener, which updates the line.
  input.on('keypress', handleKeypress)

  return {
    get line() {
      return readline.line
    },
    get cursor() {
      return readline.cursor
    },
    close() {
      input.off('keypress', handleKeypress)
      readline.off('close', onEnd)
      readline.close()
    },
  }
}
