import { JSDOM } from 'jsdom'

/** Makes this process a page, as far as React needs one. Returns the element to render into. */
export function openDom(): HTMLElement {
  const { window } = new JSDOM('', { pretendToBeVisual: true, url: 'http://localhost' })
  Object.assign(globalThis, {
    window,
    document: window.document,
    requestAnimationFrame: (callback: FrameRequestCallback) => window.requestAnimationFrame(callback),
    cancelAnimationFrame: (frame: number) => window.cancelAnimationFrame(frame),
  })
  return window.document.body
}
