import { filter, firstValueFrom, map, merge, ReplaySubject } from 'rxjs'
import type { ChatMode, ChatSession } from '../chat-mode.ts'
import { chatView } from '../chat-view.ts'
import { leaving } from '../leaving.ts'
import { sanitizeLine } from '../text/sanitize.ts'
import { clip } from '../text/split-graphemes.ts'
import { createActions } from './actions.ts'
import { createEditor } from './editor.ts'
import { createStage, type Stage } from './stage.ts'

/** A chat at a terminal: messages above, and a prompt below them. Ends when the user leaves. */
export const runTerminal: ChatMode = async (session) => {
  const { conversation, io } = session
  const leave$ = new ReplaySubject<void>(1)
  const leave = (): void => {
    leave$.next()
  }
  const stage = createStage(session, { input: () => editor, now: Date.now })
  const act = createActions(session, { stage, leave })
  let typed = ''
  const editor = createEditor(io.stdin, {
    onLine: act,
    onKey() {
      const { line } = editor
      if (line !== typed && line !== '' && !line.startsWith('/')) conversation.sendTyping()
      typed = line
      stage.draw()
    },
    onDisturbed: stage.disturb,
    onEnd: leave,
  })
  greet(session, stage)
  const showing = chatView(conversation, io.clock).subscribe(stage.update)

  const closed$ = conversation.connection$.pipe(
    filter((connection) => connection.state === 'closed'),
    map(({ cause }) => {
      if (cause) throw cause
    }),
  )
  try {
    await firstValueFrom(merge(leaving(session, leave$), closed$))
    return 0
  } finally {
    showing.unsubscribe()
    editor.close()
    stage.close()
  }
}

function greet({ url, bot, conversationId }: ChatSession, stage: Stage): void {
  const name = bot?.name === undefined ? '' : `${sanitizeLine(bot.name)} at `
  const text = `${name}${url} · conversation ${sanitizeLine(conversationId)} · /help`
  stage.print((width) => [[{ text: clip(text, width), style: 'dim' }]])
}
