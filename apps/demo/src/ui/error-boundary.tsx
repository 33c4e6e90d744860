import { Component, type ReactNode } from 'react'

interface ErrorBoundaryProps {
  /** The children are rendered again when this changes. */
  resetKey: unknown
  fallback: ReactNode
  children: ReactNode
}

/** Contains errors of its children, so that the rest of the page keeps working. React has no hook for it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failedKey: unknown }> {
  override state: { failedKey: unknown } = { failedKey: none }

  static getDerivedStateFromError(): { failedKey: unknown } {
    return { failedKey: pending }
  }

  static getDerivedStateFromProps(
    { resetKey }: ErrorBoundaryProps,
    { failedKey }: { failedKey: unknown },
  ): { failedKey: unknown } {
    if (failedKey === pending) return { failedKey: resetKey }
    return { failedKey: failedKey === resetKey ? failedKey : none }
  }

  override render(): ReactNode {
    return this.state.failedKey === none ? this.props.children : this.props.fallback
  }
}

const none = Symbol('no failure')
const pending = Symbol('pending')
