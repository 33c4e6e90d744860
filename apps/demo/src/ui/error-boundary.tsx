import { Component, type ReactNode } from 'react'

interface ErrorBoundaryProps {
  /** The children are rendered again when this changes. */
  resetKey: unknown
  fallback: ReactNode
  children: ReactNode
}

/** Contains errors of its children, so that the rest of the page keeps working. React has no hook for it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: unknown }> {
  override state: { failed: unknown } = { failed: none }

  static getDerivedStateFromError(): { failed: unknown } {
    return { failed: pending }
  }

  static getDerivedStateFromProps(
    { resetKey }: ErrorBoundaryProps,
    { failed }: { failed: unknown },
  ): { failed: unknown } {
    if (failed === pending) return { failed: resetKey }
    return { failed: failed === resetKey ? failed : none }
  }

  override render(): ReactNode {
    return this.state.failed === none ? this.props.children : this.props.fallback
  }
}

const none = Symbol('nothing has failed')
const pending = Symbol('what is shown has failed')
