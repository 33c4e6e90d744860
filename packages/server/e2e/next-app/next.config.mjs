export default {
  // Starts threads and uses `node:sqlite`, so it must not be bundled.
  serverExternalPackages: ['@parley/server'],
}
