import { Component, StrictMode, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'

export interface Mounted extends Disposable {
  readonly element: HTMLElement
  readonly text: string
  render: (children: ReactNode) => void
  unmount: () => void
}

/** Mounts children in StrictMode. Renders synchronously, so that the latest value of a spy belongs to this page. */
export function mount(children: ReactNode): Mounted {
  const element = document.body.appendChild(document.createElement('div'))
  const root = createRoot(element)
  let isMounted = true
  function render(next: ReactNode): void {
    root.render(<StrictMode>{next}</StrictMode>)
  }
  function unmount(): void {
    if (isMounted) root.unmount()
    isMounted = false
    element.remove()
  }
  flushSync(() => render(children))
  return {
    element,
    get text() {
      return element.textContent
    },
    render,
    unmount,
    [Symbol.dispose]: unmount,
  }
}

type Thrown = Error & { type?: string }

/** Renders the type or message of the caught error. */
export class TestErrorBoundary extends Component<{ children: ReactNode }, { error?: Thrown }> {
  override state: { error?: Thrown } = {}

  static getDerivedStateFromError(error: Thrown): { error: Thrown } {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    return error ? `caught ${error.type ?? error.message}` : this.props.children
  }
}
