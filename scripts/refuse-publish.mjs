/**
 * The `prepublishOnly` script of every package. `npm run release` publishes tarballs, after it has checked that the
 * packages name a real public address.
 */
console.error(
  `Unable to publish ${process.env.npm_package_name ?? 'this package'} from its folder; the release is checked ` +
    'first. Use "npm run release" in the root folder.',
)
process.exitCode = 1
