import { filter, firstValueFrom, map, merge, ReplaySubject } from 'rxjs'
import type { ChatMode, ChatSession } from '../chat-mode.ts'
import { observeChatView } from '../chat-view.ts'
import { createExitTrigger } from '../exit-trigger.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { truncate } from '../text/split-graphemes.ts'
import { createLineEditor } from './line-editor.ts'
import { createLineHandler } from './line-handler.ts'
import { createRenderer, type Renderer } from './renderer.ts'

/** A chat at a terminal: messages above, and a prompt below them. Ends when the user leaves. */
export const runTerminal: ChatMode = async (session) => {
  const { conversation, io } = session
  const leave$ = new ReplaySubject<void>(1)
  const leave = (): void => {
    leave$.next()
  }
  const renderer = createRenderer(session, { input: () => editor, now: Date.now })
  const act = createLineHandler(session, { renderer, leave })
  let typed = ''
  const editor = createLineEditor(io.stdin, {
    onLine: act,
    onKey() {
      const { line } = editor
      if (line !== typed && line !== '' && !line.startsWith('/')) conversation.sendTyping()
      typed = line
      renderer.draw()
    },
    onRedraw: renderer.redraw,
    onEnd: leave,
  })
  greet(session, renderer)
  const showing = observeChatView(conversation, io.clock).subscribe(renderer.update)

  const closed$ = conversation.connection$.pipe(
    filter((connection) => connection.state === 'closed'),
    map(({ cause }) => {
      if (cause) throw cause
    }),
  )
  try {
    await firstValueFrom(merge(createExitTrigger(session, leave$), closed$))
    return 0
  } finally {
    showing.unsubscribe()
    editor.close()
    renderer.close()
  }
}

function greet({ url, bot, conversationId }: ChatSession, renderer: Renderer): void {
  const name = bot?.name === undefined ? '' : `${sanitizeLine(bot.name)} at `
  const text = `${name}${url} · conversation ${sanitizeLine(conversationId)} · /help`
  renderer.print((width) => [[{ text: truncate(text, width), style: 'dim' }]])
}
