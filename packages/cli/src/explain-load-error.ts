import { existsSync, readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, extname, relative, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * Explains in one line why Node cannot load a bot module, where, and what to do. Node itself often names neither the
 * file nor the remedy.
 */
export function explainLoadError(error: unknown, file: string): string {
  if (!(error instanceof Error)) return String(error)
  const { code, url } = error as { code?: string; url?: string }
  const { message } = error
  const place = findPlace(error)
  const at = place ? `${place.file}:${place.line}: ` : ''
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return `${at}${explainTypeScript(message)}`
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_UNSUPPORTED_DIR_IMPORT')
    return explainImport(message, url)
  const exported = /does not provide an export named '(.+)'/.exec(message)?.[1]
  if (exported !== undefined)
    return `${at}${endSentence(message)} If it is a type, import it as one: import { type ${exported} } from …`
  if (/^Cannot use import statement outside|^Unexpected token 'export'/.test(message))
    return `${at}${explainCommonJs(place ? resolve(place.file) : file)}`
  if (/^(?:require|module|exports|__dirname|__filename) is not defined in ES module/.test(message))
    return `${at}${message.replace(/\n.*/s, '')}. Use import and export, or rename the file to .cjs.`
  return `${at}${message}`
}

/** How to write what TypeScript would compile to code. Node only removes types. */
const replacements: readonly (readonly [construct: RegExp, advice: string])[] = [
  [/enum/, "Use a constant object instead, such as: const Mood = { good: 'good', bad: 'bad' } as const."],
  [/parameter property/, 'Declare the field in the class, and assign it in the constructor.'],
  [/namespace/, 'Use a module, or a constant object.'],
]

function explainTypeScript(message: string): string {
  const construct = /^TypeScript (.+?) (?:is|are) not supported/.exec(message)?.[1]
  if (construct === undefined) return message
  const [, advice] = replacements.find(([pattern]) => pattern.test(construct)) ?? []
  return `Node removes types but does not compile TypeScript (${construct}). ${advice ?? 'Write it as JavaScript.'}`
}

const endings = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json', '/index.ts', '/index.js']

function explainImport(message: string, url: string | undefined): string {
  const importer = / imported from (.+)$/.exec(message)?.[1] ?? ''
  const name = show(importer)
  if (url === undefined) {
    const packageName = /^Cannot find package '(.+?)'/.exec(message)?.[1]
    if (packageName === undefined) return message
    return /^[@~]?\/|^~/.test(packageName)
      ? `${name} imports ${packageName}, and Node ignores the paths of tsconfig.json. Use a relative path.`
      : `${name} imports the package ${packageName}, which is not installed. Run: npm install ${packageName}`
  }
  const missing = fileURLToPath(url)
  const from = (path: string): string => {
    const relativePath = relative(dirname(importer), path).split(sep).join('/')
    return `'${relativePath.startsWith('.') ? '' : './'}${relativePath}'`
  }
  const stem = missing.replace(/\.[cm]?js$/, '')
  const found = endings.map((ending) => stem + ending).find(existsSync)
  if (found === undefined) return `${name} imports ${from(missing)}, which does not exist. Check the path.`
  const reason = extname(missing) === '' ? 'needs its whole name' : 'does not exist'
  return `${name} imports ${from(missing)}, which ${reason}. Write ${from(found)}.`
}

/** The file has `import` or `export`, but Node loads it as CommonJS. */
function explainCommonJs(file: string): string {
  const packagePath = findPackageJSON(pathToFileURL(file))
  const ending = extname(file)
  const renamed = ending.replace(/^\.c?/, '.m')
  const rename = `rename ${show(file)} to end in ${renamed}`
  if (
    packagePath === undefined ||
    ending.startsWith('.c') ||
    !/"commonjs"/.test(readFileSync(packagePath, 'utf8'))
  )
    return `it uses import or export, but Node loads it as CommonJS. To fix it, ${rename}.`
  return `"type" is "commonjs" in ${show(packagePath)}. Set "type": "module" there, or ${rename}.`
}

/** The place in code of the user, if the error comes from there: Node starts the stacks of syntax errors with it. */
function findPlace({ stack = '' }: Error): { file: string; line: string } | undefined {
  const [, path, line = ''] =
    /^(\/.+|[A-Z]:\\.+|file:.+):(\d+)\n/i.exec(stack) ??
    /^ +at (?:.+\()?(file:.+?):(\d+):\d+\)?$/m.exec(stack) ??
    []
  if (path === undefined) return undefined
  const file = path.startsWith('file:') ? fileURLToPath(path) : path
  const isOwn = file.startsWith(import.meta.dirname) || /[\\/]node_modules[\\/]/.test(file)
  return isOwn ? undefined : { file: show(file), line }
}

/** The path as a user would write it. */
function show(path: string): string {
  const relativePath = relative(process.cwd(), path)
  return relativePath.startsWith('..') ? path : relativePath
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
