import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

/** The source of the packages, with its types. */
export interface Source {
  checker: ts.TypeChecker
  /** The module in a file below `packages`. */
  module: (file: string) => { source: ts.SourceFile; exports: ts.Symbol[] }
}

const packages = fileURLToPath(new URL('../../../packages', import.meta.url))
const docs = fileURLToPath(new URL('..', import.meta.url))

/** Reads files below `packages`, and what they import. */
export function readSource(files: readonly string[]): Source {
  const { config } = ts.readConfigFile(join(docs, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown
  }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, docs)
  const program = ts.createProgram(
    files.map((file) => join(packages, file)),
    options,
  )
  const checker = program.getTypeChecker()
  return {
    checker,
    module: (file) => {
      const source = program.getSourceFile(join(packages, file))
      const symbol = source && checker.getSymbolAtLocation(source)
      if (!symbol) throw new Error(`Unable to read ${file}; it is not a module.`)
      return { source, exports: checker.getExportsOfModule(symbol) }
    },
  }
}
