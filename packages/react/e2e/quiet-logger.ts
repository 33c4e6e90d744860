/** Creates a logger that discards everything, to keep server logs out of the test output. */
export function quietLogger(): { info: () => void; warn: () => void; error: () => void } {
  return { info() {}, warn() {}, error() {} }
}
