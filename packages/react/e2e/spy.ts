export interface Spy<Value> {
  /** Called while rendering. */
  record: (value: Value) => Value
  readonly values: readonly Value[]
  readonly latest: Value
}

/** Keeps what a component was given. */
export function createSpy<Value>(): Spy<Value> {
  const all: Value[] = []
  return {
    record(value) {
      all.push(value)
      return value
    },
    values: all,
    get latest() {
      const value = all.at(-1)
      if (value === undefined)
        throw new Error('Unable to tell what a component was given; none was rendered.')
      return value
    },
  }
}
