import { test } from 'vitest'
import { runMarbles } from '../../e2e/model/run-marbles.ts'
import { observeTyping } from './typing.ts'

test('a user is typing until 6 s after the last signal, or until their message arrives', () => {
  runMarbles(({ clock, hot, expectObservable }) => {
    const changes$ = hot('a 3999ms a 999ms b 999ms B', {
      a: { userId: 'ann', isTyping: true },
      b: { userId: 'ben', isTyping: true },
      B: { userId: 'ben', isTyping: false },
    })

    expectObservable(changes$.pipe(observeTyping(clock))).toBe('a 4999ms b 999ms a 3999ms n', {
      a: ['ann'],
      b: ['ann', 'ben'],
      n: [],
    })
  })
})
