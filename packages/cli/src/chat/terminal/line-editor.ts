import { createInterface } from 'node:readline'
import { Writable, type Readable } from 'node:stream'

/** The line that the user is typing, with all that readline knows: its keys, its history. */
export interface LineEditor {
  readonly line: string
  /** Where the cursor stands in it. */
  readonly cursor: number
  close: () => void
}

export interface LineEditorEvents {
  onLine: (line: string) => void
  /** The line, or the cursor in it, may have changed. */
  onKey: () => void
  /** The screen is not what it was: the user came back from the shell, or wants it anew. */
  onRedraw: () => void
  /** Ctrl-C, Ctrl-D, or the terminal went away. */
  onEnd: () => void
}

interface Key {
  ctrl?: boolean
  name?: string
}

/** Readline edits, and nothing of what it would write is shown: the line is painted with the rest of the screen. */
export function createLineEditor(
  input: Readable,
  { onLine, onKey, onRedraw, onEnd }: LineEditorEvents,
): LineEditor {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const readline = createInterface({ input, output: nowhere, terminal: true, historySize: 200, prompt: '' })
  const hearKey = (_text: string | undefined, { ctrl, name }: Key = {}): void => {
    if (ctrl && name === 'l') onRedraw()
    else onKey()
  }
  readline.on('line', onLine)
  readline.on('SIGINT', onEnd)
  readline.on('SIGCONT', () => {
    readline.resume()
    onRedraw()
  })
  readline.once('close', onEnd)
  // After readline's own listener: it has the line as the key has made it.
  input.on('keypress', hearKey)

  return {
    get line() {
      return readline.line
    },
    get cursor() {
      return readline.cursor
    },
    close() {
      input.off('keypress', hearKey)
      readline.off('close', onEnd)
      readline.close()
    },
  }
}
