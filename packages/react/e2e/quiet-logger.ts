/** Keeps what the server logs out of the tests' output. */
export function quietLogger(): { info: () => void; warn: () => void; error: () => void } {
  return { info() {}, warn() {}, error() {} }
}
