/** Creates an id that is unique but not secret. Does not use `crypto`, which some runtimes lack. */
export function createRandomId(): string {
  const createPart = (): string => Math.random().toString(36).slice(2)
  return createPart() + createPart()
}
