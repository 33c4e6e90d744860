export default {
  // It starts threads and uses `node:sqlite`, so it must not be bundled.
  serverExternalPackages: ['@parley/server'],
  // Otherwise Next.js redirects requests whose path ends with a slash.
  skipTrailingSlashRedirect: true,
}
