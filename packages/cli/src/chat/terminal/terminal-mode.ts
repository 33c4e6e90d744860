import { filter, firstValueFrom, map, merge, ReplaySubject } from 'rxjs'
import type { ChatMode, ChatSession } from '../chat-session.ts'
import { observeChatView } from '../chat-session.ts'
import { createExitTrigger } from '../chat-session.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { truncate } from '../text/wrap-text.ts'
import { createLineEditor } from './line-editor.ts'
import { createLineHandler } from './line-handler.ts'
import { createStopControl } from './line-handler.ts'
import { createRenderer, type Renderer } from './renderer.ts'

/** Runs an interactive chat in a terminal, with messages above a prompt. Ends when the user exits. */
export const runTerminal: ChatMode = async (session) => {
  const { conversation, io } = session
  const exit$ = new ReplaySubject<void>(1)
  const exit = (): void => {
    exit$.next()
  }
  const renderer = createRenderer(session, {
    input: () => editor,
    hint: () => stopControl.hint,
    now: Date.now,
  })
  const stopControl = createStopControl(session, { renderer, exit })
  let previousLine = ''
  const editor = createLineEditor(io.stdin, {
    onLine: createLineHandler(session, { renderer, stopControl, exit }),
    onKey() {
      const { line } = editor
      if (line !== previousLine && line !== '' && !line.startsWith('/')) conversation.sendTyping()
      previousLine = line
      renderer.draw()
    },
    onRedraw: renderer.redraw,
    onInterrupt: stopControl.interrupt,
    onEnd: exit,
  })
  printHeader(session, renderer)
  const subscription = observeChatView(conversation, io.clock).subscribe(renderer.update)

  const closed$ = conversation.connection$.pipe(
    filter((connection) => connection.state === 'closed'),
    map(({ cause }) => {
      if (cause) throw cause
    }),
  )
  try {
    await firstValueFrom(merge(createExitTrigger(session, exit$), closed$))
    return 0
  } finally {
    subscription.unsubscribe()
    editor.close()
    renderer.close()
  }
}

function printHeader({ url, bot, conversationId }: ChatSession, renderer: Renderer): void {
  const name = bot?.name === undefined ? '' : `${sanitizeLine(bot.name)} at `
  const text = `${name}${url} · conversation ${sanitizeLine(conversationId)} · /help`
  renderer.print((width) => [[{ text: truncate(text, width), style: 'dim' }]])
}
