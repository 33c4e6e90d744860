import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { GeneratedPage } from './generated-page.ts'

const cli = fileURLToPath(new URL('../../../packages/cli', import.meta.url))

/** The command line, from the help that the command prints and from the README of its package. */
export function createCliPage(): GeneratedPage {
  return {
    path: 'cli.md',
    title: 'The command parley',
    description: 'The options, environment variables and exit codes of parley serve and parley chat.',
    order: -1,
    body: [
      '`npx @parley/cli <command>`, or `parley <command>` where the package is installed.',
      ...['serve', 'chat'].map(describeCommand),
    ].join('\n\n'),
  }
}

function describeCommand(command: string): string {
  const [usage = '', ...sections] = help(command).trim().split('\n\n')
  return [
    `## parley ${command}`,
    `\`\`\`sh\n${usage.replace('Usage: ', '')}\n\`\`\``,
    ...sections.map(describeSection),
    readmeSection(command),
  ].join('\n\n')
}

/** Runs the command from source. */
function help(command: string): string {
  const args = ['--conditions=parley-src', `${cli}/src/main.ts`, command, '--help']
  return execFileSync(process.execPath, args, { encoding: 'utf8' })
}

/** A title, and lines with a term and its meaning, which can continue on the next line. */
function describeSection(section: string): string {
  const [title = '', ...lines] = section.split('\n')
  const rows: string[][] = []
  for (const line of lines) {
    const [, term, meaning = ''] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? []
    if (term === undefined) rows.at(-1)?.push(line.trim())
    else rows.push([`\`${term}\``, meaning])
  }
  const heading = `### ${title.replace(/:$/, '')}`
  if (rows.every(([, meaning]) => meaning === '')) {
    const items = lines.flatMap((line) => line.trim().split(' · '))
    return `${heading}\n\n${items.map((item) => item.replace(/^(\d)/, '- `$1`:')).join('\n')}`
  }
  const table = rows.map(
    ([term = '', ...meaning]) =>
      `| ${term} | ${meaning
        .join(' ')
        .replaceAll('|', String.raw`\|`)
        .replaceAll(/https?:\/\/\S+?(?=[.,]?( |$))/g, '`$&`')} |`,
  )
  const kind = title.includes('Keys') ? 'key' : title.includes('variables') ? 'variable' : 'option'
  return `${heading}\n\n| ${kind} | meaning |\n|---|---|\n${table.join('\n')}`
}

/** The list below the heading of a command in the README, which describes its behavior. */
function readmeSection(command: string): string {
  const readme = readFileSync(`${cli}/README.md`, 'utf8')
  const heading = command === 'serve' ? 'Serve' : 'Chat'
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const items = section.slice(section.indexOf('\n- '))
  return `### How ${command} works\n${items.replaceAll(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, '$1').trimEnd()}`
}
