import { Component, type ReactNode } from 'react'

interface FaultBoundaryProps {
  /** What it was that could not be shown: another one is tried anew. */
  of: unknown
  fallback: ReactNode
  children: ReactNode
}

/** Keeps a fault within one part of the page, so that it never takes the rest with it. React knows no other way than a class. */
export class FaultBoundary extends Component<FaultBoundaryProps, { failed: unknown }> {
  override state: { failed: unknown } = { failed: none }

  static getDerivedStateFromError(): { failed: unknown } {
    return { failed: pending }
  }

  static getDerivedStateFromProps(
    { of }: FaultBoundaryProps,
    { failed }: { failed: unknown },
  ): { failed: unknown } {
    if (failed === pending) return { failed: of }
    return { failed: failed === of ? failed : none }
  }

  override render(): ReactNode {
    return this.state.failed === none ? this.props.children : this.props.fallback
  }
}

const none = Symbol('nothing has failed')
const pending = Symbol('what is shown has failed')
