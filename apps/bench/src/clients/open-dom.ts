import { JSDOM } from 'jsdom'

/** Installs the browser globals that React needs. Returns the element to render into. */
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
