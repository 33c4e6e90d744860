/**
 * An immutable map. A new version shares most of its layers. Later layers take precedence. Each layer is at least twice
 * as large as the next, so that lookups and (amortized) insertions take logarithmic time.
 */
export type LayeredMap<Value> = readonly ReadonlyMap<string, Value>[]

/** A layered map with changes that are not yet applied. */
export interface MutableLayeredMap<Value> {
  readonly layers: LayeredMap<Value>
  readonly changes: Map<string, Value>
}

export function toMutableMap<Value>(layers: LayeredMap<Value>): MutableLayeredMap<Value> {
  return { layers, changes: new Map() }
}

export function lookUp<Value>(layers: LayeredMap<Value>, key: string): Value | undefined {
  return layers.findLast((layer) => layer.has(key))?.get(key)
}

export function lookUpMutable<Value>(
  { layers, changes }: MutableLayeredMap<Value>,
  key: string,
): Value | undefined {
  return changes.get(key) ?? lookUp(layers, key)
}

/** Applies the changes. Returns the same map if there are none. */
export function finishMap<Value>({ layers, changes }: MutableLayeredMap<Value>): LayeredMap<Value> {
  if (changes.size === 0) return layers
  const remaining = layers.slice()
  let last: ReadonlyMap<string, Value> = changes
  for (let next = remaining.at(-1); next && next.size < 2 * last.size; next = remaining.at(-1)) {
    const merged = new Map(next)
    for (const [key, value] of last) merged.set(key, value)
    last = merged
    remaining.pop()
  }
  return [...remaining, last]
}
