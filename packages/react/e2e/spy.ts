export interface Spy<Value> {
  /** Stores and returns the value. Call it while rendering. */
  record: (value: Value) => Value
  readonly values: readonly Value[]
  readonly latest: Value
}

/** Records the values that a component renders with. */
export function createSpy<Value>(): Spy<Value> {
  const values: Value[] = []
  return {
    record(value) {
      values.push(value)
      return value
    },
    values,
    get latest() {
      const value = values.at(-1)
      if (value === undefined)
        throw new Error('Unable to return the latest value; no component has rendered.')
      return value
    },
  }
}
