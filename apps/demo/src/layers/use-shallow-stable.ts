import { useState } from 'react'

/** Returns the previous object while the new one is shallowly equal. */
export function useShallowStable<T extends object>(value: T): T {
  const [stable, setStable] = useState(value)
  if (isShallowEqual(stable, value)) return stable
  setStable(value)
  return value
}

function isShallowEqual(a: object, b: object): boolean {
  const aEntries = Object.entries(a)
  const bEntries = new Map(Object.entries(b))
  return aEntries.length === bEntries.size && aEntries.every(([name, value]) => bEntries.get(name) === value)
}
