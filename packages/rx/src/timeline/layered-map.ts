/**
 * An immutable map. A new version shares most of its layers. Later layers take precedence. Each layer is at least twice
 * as large as the next, so that lookups and (amortized) insertions take logarithmic time.
 */
export type LayeredMap<Value> = readonly ReadonlyMap<string, Value>[]

/** A layered map and the changes to it. */
export interface MapDraft<Value> {
  readonly layers: LayeredMap<Value>
  readonly changes: Map<string, Value>
}

export function draftMap<Value>(layers: LayeredMap<Value>): MapDraft<Value> {
  return { layers, changes: new Map() }
}

export function lookUp<Value>(layers: LayeredMap<Value>, name: string): Value | undefined {
  return layers.findLast((layer) => layer.has(name))?.get(name)
}

export function lookUpDraft<Value>({ layers, changes }: MapDraft<Value>, name: string): Value | undefined {
  return changes.get(name) ?? lookUp(layers, name)
}

/** Applies the changes; returns the same map if there are none. */
export function finishMap<Value>({ layers, changes }: MapDraft<Value>): LayeredMap<Value> {
  if (changes.size === 0) return layers
  const kept = layers.slice()
  let last: ReadonlyMap<string, Value> = changes
  for (let below = kept.at(-1); below && below.size < 2 * last.size; below = kept.at(-1)) {
    const merged = new Map(below)
    for (const [name, value] of last) merged.set(name, value)
    last = merged
    kept.pop()
  }
  return [...kept, last]
}
