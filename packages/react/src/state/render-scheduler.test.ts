import { afterEach, expect, test, vi } from 'vitest'
import { createFakeClock } from '../../../core/e2e/fake-clock.ts'
import { createRenderScheduler } from './render-scheduler.ts'

afterEach(() => vi.unstubAllGlobals())

function openPage() {
  const frames: FrameRequestCallback[] = []
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback))
  vi.stubGlobal('cancelAnimationFrame', () => {})
  const clock = createFakeClock()
  const seen = { count: 0 }
  createRenderScheduler(clock).next$.subscribe(() => seen.count++)
  return { clock, seen, paint: () => frames.splice(0).forEach((callback) => callback(clock.now())) }
}

test('a stalled page displays new values with its next frame, and not before', () => {
  const { clock, seen, paint } = openPage()

  clock.advance(3_000)
  expect(seen.count).toBe(0)
  paint()

  expect(seen.count).toBe(1)
})

test('a hidden page has no frames, and displays new values after a second', () => {
  const { clock, seen } = openPage()

  clock.advance(500)
  clock.advance(499)
  expect(seen.count).toBe(0)
  clock.advance(1)

  expect(seen.count).toBe(1)
})
