/**
 * The `prepack` script of every package. npm would ship `catalog:` and `workspace:` ranges and conditions that point
 * to source files, which only pnpm replaces.
 */
const [client] = (process.env.npm_config_user_agent ?? '').split('/')
if (client !== 'pnpm') {
  const name = process.env.npm_package_name ?? 'this package'
  console.error(
    `Unable to pack ${name} with ${client || 'this program'}; only pnpm replaces "catalog:", "workspace:" and the ` +
      'condition "parley-src". Use "npm run pack" in the root folder.',
  )
  process.exitCode = 1
}
