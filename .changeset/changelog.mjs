/**
 * Writes changelogs for readers: what changed, without hashes of commits, and without lists of updated packages, as all
 * packages are released together.
 */
export default {
  getReleaseLine: async ({ summary }) => {
    const [first, ...rest] = summary.trim().split('\n')
    return [`- ${first}`, ...rest.map((line) => (line === '' ? '' : `  ${line}`))].join('\n')
  },
  getDependencyReleaseLine: async () => '',
}
