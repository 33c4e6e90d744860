// Prints the path of the program, because the package's command exists only after its installation script.
import { createRequire } from 'node:module'

const arch = process.arch === 'arm64' ? 'aarch64' : process.arch
console.log(createRequire(import.meta.url).resolve(`@oven/bun-${process.platform}-${arch}/bin/bun`))
