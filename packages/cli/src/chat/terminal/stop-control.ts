import type { ChatSession } from '../chat-mode.ts'
import { printError, printNote } from './print-note.ts'
import type { Renderer } from './renderer.ts'

/** Stops the bot's running turn, on Ctrl-C and by the command `/stop`. */
export interface StopControl {
  /** What Ctrl-C does now, for the status line. Undefined if it exits and nothing is being stopped. */
  readonly hint: string | undefined
  /** Stops the bot's running turn. Prints a failure. */
  stop: () => void
  /** Handles Ctrl-C: stops the answer that is streaming. Exits if there is none, or if it is already being stopped. */
  interrupt: () => void
}

export function createStopControl(
  { conversation, canStop }: Pick<ChatSession, 'conversation' | 'canStop'>,
  { renderer, exit }: { renderer: Pick<Renderer, 'view' | 'print' | 'draw'>; exit: () => void },
): StopControl {
  let isStopping = false

  /** Without a connection, Ctrl-C must not wait for a request that fails. */
  const stopsOnInterrupt = (): boolean =>
    canStop && renderer.view?.isAnswering === true && renderer.view.connection.state === 'online'

  async function sendStop(): Promise<void> {
    if (isStopping) return
    const isAnswering = renderer.view?.isAnswering === true
    isStopping = true
    renderer.draw()
    try {
      await conversation.stop()
      // A streaming message is marked as stopped. A turn without one ends without a trace.
      if (!isAnswering) printNote(renderer, 'The bot has stopped.')
    } catch (error) {
      printError(renderer, error)
    } finally {
      isStopping = false
      renderer.draw()
    }
  }

  return {
    get hint() {
      if (isStopping) return 'stopping… (Ctrl-C: exit)'
      return stopsOnInterrupt() ? 'Ctrl-C stops the answer' : undefined
    },
    stop() {
      void sendStop()
    },
    interrupt() {
      if (!isStopping && stopsOnInterrupt()) void sendStop()
      else exit()
    },
  }
}
