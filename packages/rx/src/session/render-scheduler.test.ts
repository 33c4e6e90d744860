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

test('a page that was held up shows what waits with its next frame, and not before it', () => {
  const { clock, seen, paint } = openPage()

  clock.advance(3_000)
  expect(seen.count).toBe(0)
  paint()

  expect(seen.count).toBe(1)
})

test('a page that nobody sees has no frames, and shows what waits after a second', () => {
  const { clock, seen } = openPage()

  clock.advance(500)
  clock.advance(499)
  expect(seen.count).toBe(0)
  clock.advance(1)

  expect(seen.count).toBe(1)
})
