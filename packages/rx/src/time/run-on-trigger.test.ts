import { ChatError } from '@parley/core'
import { of, Subject } from 'rxjs'
import { test } from 'vitest'
import { runMarbles } from '../../e2e/model/run-marbles.ts'
import { runOnTrigger } from './run-on-trigger.ts'

const temporary = new ChatError('NetworkFailed', 'Unable to list; the network failed.')
const permanent = new ChatError('Forbidden', 'Unable to list; access denied.')

test('triggers during a run neither abort it nor start another one, but one more run follows for all of them', () => {
  runMarbles(({ clock, cold, hot, expectObservable, expectSubscriptions }) => {
    const policy = { clock, random: () => 1, retryNow$: new Subject<void>() }
    const trigger$ = hot('  -t-tt-t-------t---')
    const run$ = cold('      ----(v|)')
    const runs = ['-^---!', '-----^---!', '---------^---!', '--------------^---!']

    expectObservable(runOnTrigger(policy, { trigger$, work: () => run$ })).toBe('-----v---v---v----v')
    expectSubscriptions(run$.subscriptions).toBe(runs)
  })
})

test('an attempt after a failure covers the triggers before it', () => {
  runMarbles(({ clock, cold, hot, expectObservable }) => {
    const policy = { clock, random: () => 1, retryNow$: new Subject<void>() }
    const trigger$ = hot('t 100ms t')
    const attempts = [cold<string>('#', {}, temporary), cold('5ms (v|)')][Symbol.iterator]()
    const work = () => attempts.next().value ?? cold<string>('(x|)')

    expectObservable(runOnTrigger(policy, { trigger$, work })).toBe('1005ms v')
  })
})

test('after a permanent error, the next trigger starts another run', () => {
  runMarbles(({ clock, cold, hot, expectObservable }) => {
    const policy = { clock, random: () => 1, retryNow$: new Subject<void>() }
    const trigger$ = hot('t----t')
    const work = () => cold('--#', {}, permanent)

    expectObservable(runOnTrigger(policy, { trigger$, work, onFailure: () => of('f') })).toBe('--f----f')
  })
})
