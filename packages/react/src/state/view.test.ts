import { sessionOf } from '@parley/rx/session'
import { startTestServer } from '@parley/server/testing'
import { Subject } from 'rxjs'
import { expect, test } from 'vitest'
import { quietLogger } from '../../e2e/quiet-logger.ts'
import { describeMessages, startConversation } from '../../e2e/start-conversation.ts'
import { until } from '../../e2e/until.ts'
import { createStore } from './store.ts'
import { viewOf } from './view.ts'

test('all values before the next frame are one change', () => {
  const values$ = new Subject<number>()
  const frame$ = new Subject<void>()
  const { get, subscribe } = createStore(values$, 0, { frame$ })
  const seen: number[] = []
  const stop = subscribe(() => seen.push(get()))

  for (let value = 1; value <= 500; value++) values$.next(value)
  expect(get()).toBe(0)
  frame$.next()
  values$.next(501)
  frame$.next()

  expect(seen).toEqual([500, 501])
  stop()
})

test('a session has one view', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  const { me } = await startConversation(server)

  expect(viewOf(sessionOf(me))).toBe(viewOf(sessionOf(me)))
  expect(viewOf(sessionOf(me)).conversation('c1')).toBe(viewOf(sessionOf(me)).conversation('c1'))
})

test('changes that a store listener makes during a frame appear in the next frame', async () => {
  await using server = await startTestServer({ logger: quietLogger() })
  const { me, id } = await startConversation(server, 'hello')
  const session = sessionOf(me)
  const { state, actions } = viewOf(session).conversation(id)
  const draft = session.draft(id)
  let isSent = false
  const stopState = state.subscribe(() => {
    if (!state.get().connection.isSynced || isSent) return
    isSent = true
    void actions.send('mine')
    draft.setText('one')
  })
  const drafts: string[] = []
  const subscription = draft.state$.subscribe(({ text }) => {
    if (text === 'one') draft.setText('two')
  })
  subscription.add(draft.state$.subscribe(({ text }) => drafts.push(text)))

  await until(() => describeMessages(state.get().messages) === 'hello:sent,mine:sent')
  await until(() => drafts.at(-1) === 'two')

  expect(draft.state.text).toBe('two')
  stopState()
  subscription.unsubscribe()
})
