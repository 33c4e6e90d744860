import { ChatError } from '@parley/core'
import { Subject, timer } from 'rxjs'
import { test } from 'vitest'
import { runMarbles } from '../../e2e/model/run-marbles.ts'
import { backoff, retryUntilSuccess } from './retry-policy.ts'

const temporary = new ChatError('NetworkFailed', 'Unable to list; the network failed.')
const permanent = new ChatError('Forbidden', 'Unable to list; access denied.')

test('the delay doubles with each attempt, from 1 s to 30 s', () => {
  runMarbles(({ clock, expectObservable }) => {
    const policy = { clock, random: () => 1, retryNow$: new Subject<void>() }
    const delays = [1, 2, 5, 6, 20].map((attempt) => backoff(policy, attempt, {}))

    for (const [index, time] of ['1s', '2s', '16s', '30s', '30s'].entries())
      expectObservable(delays[index] ?? timer(0)).toBe(`${time} a`, { a: undefined })
  })
})

test('work is retried after the delay or at once on retryNow$, but never earlier than Retry-After', () => {
  runMarbles(({ clock, cold, hot, expectObservable, expectSubscriptions }) => {
    const later = new ChatError('Unavailable', 'Later.', { retryAfterMs: 5_000 })
    const retryNow$ = new Subject<void>()
    hot('1500ms r').subscribe(() => retryNow$.next())
    const attempts = [
      cold('#', {}, temporary),
      cold('#', {}, temporary),
      cold('#', {}, later),
      cold('10ms (v|)'),
    ]
    const next = attempts[Symbol.iterator]()
    const work = () => next.next().value ?? cold<string>('|')

    const result$ = retryUntilSuccess({ clock, random: () => 1, retryNow$ }, work)

    // After 1 s, at once, and 5 s later.
    expectObservable(result$).toBe('6510ms (v|)')
    const times = ['(^!)', '1s (^!)', '1500ms (^!)', '6500ms ^ 9ms !']
    for (const [index, time] of times.entries())
      expectSubscriptions(attempts[index]?.subscriptions ?? []).toBe(time)
  })
})

test('a permanent error ends the retries', () => {
  runMarbles(({ clock, cold, expectObservable }) => {
    const policy = { clock, random: () => 1, retryNow$: new Subject<void>() }
    const work = () => cold('5ms #', {}, permanent)

    expectObservable(retryUntilSuccess(policy, work)).toBe('5ms #', {}, permanent)
  })
})
