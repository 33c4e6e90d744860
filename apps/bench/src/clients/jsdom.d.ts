/** The parts of jsdom that are used here. */
declare module 'jsdom' {
  export class JSDOM {
    constructor(html: string, options: { pretendToBeVisual: boolean; url: string })
    readonly window: Window & typeof globalThis
  }
}
