import { useState } from 'react'

/** The former object, as long as the new one has the same in it. */
export function useStable<T extends object>(value: T): T {
  const [stable, setStable] = useState(value)
  if (isSame(stable, value)) return stable
  setStable(value)
  return value
}

function isSame(one: object, other: object): boolean {
  const entries = Object.entries(one)
  const others = new Map(Object.entries(other))
  return entries.length === others.size && entries.every(([name, value]) => others.get(name) === value)
}
