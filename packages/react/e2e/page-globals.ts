import { JSDOM } from 'jsdom'

/**
 * A page for React. The rest stays Node's: its `fetch` takes no other `AbortSignal` than its own. There are frames, as there is
 * somebody who looks.
 */
const { window } = new JSDOM('<!doctype html>', { pretendToBeVisual: true, url: 'http://127.0.0.1/' })

Object.assign(globalThis, {
  window,
  document: window.document,
  requestAnimationFrame: window.requestAnimationFrame.bind(window),
  cancelAnimationFrame: window.cancelAnimationFrame.bind(window),
})
