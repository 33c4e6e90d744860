import { JSDOM } from 'jsdom'

/**
 * Provides the page globals that React needs. Everything else stays Node's, because Node's `fetch` accepts only Node's
 * `AbortSignal`. `pretendToBeVisual` enables animation frames.
 */
const { window } = new JSDOM('<!doctype html>', { pretendToBeVisual: true, url: 'http://127.0.0.1/' })

Object.assign(globalThis, {
  window,
  document: window.document,
  requestAnimationFrame: window.requestAnimationFrame.bind(window),
  cancelAnimationFrame: window.cancelAnimationFrame.bind(window),
})
