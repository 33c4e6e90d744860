import ts from 'typescript'
import { typeOfNamed } from './describe-schema.ts'

interface ExportDescription {
  name: string
  /** Whether it exists at compile time only. */
  isType: boolean
  markdown: string
}

/** Describes an export: its docstring, its declaration without comments, and the docstrings of its members. */
export function describeExport(exported: ts.Symbol, checker: ts.TypeChecker): ExportDescription {
  const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported
  const declarations = symbol.declarations ?? []
  const members = declarations.flatMap(membersOf).flatMap((member) => describeMember(member, checker))
  const code = declarations.map((declaration) => print(declaration)).join('\n')
  return {
    name: exported.name,
    isType: (symbol.flags & ts.SymbolFlags.Value) === 0,
    markdown: [
      `## ${exported.name}`,
      docstring(symbol, checker),
      `\`\`\`ts\n${code}\n\`\`\``,
      members.join('\n'),
    ]
      .filter(Boolean)
      .join('\n\n'),
  }
}

/** The first docstring of a module, which describes all of it. */
export function moduleComment(source: ts.SourceFile): string {
  const comment = /^(?:'use client'\s+)?\/\*\*\n([\s\S]*?)\n \*\//.exec(source.text)?.[1] ?? ''
  return comment.replaceAll(/^ \* ?/gm, '')
}

/** The docstring of a symbol, with its tags as a list. */
export function docstring(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  const tags = symbol.getJsDocTags(checker).map(({ name, text: parts }) => {
    const [first = '', ...rest] = ts.displayPartsToString(parts).split(' ')
    if (name === 'param') return `- \`${first}\`: ${rest.join(' ').replace(/^- /, '')}`
    const label = { throws: 'Throws', returns: 'Returns' }[name] ?? name
    return `- ${label}: ${[first, ...rest].join(' ')}`
  })
  return [text, tags.map((tag) => tag.replaceAll('\n', '\n  ')).join('\n')].filter(Boolean).join('\n\n')
}

function membersOf(declaration: ts.Declaration): readonly ts.Node[] {
  if (ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration)) return declaration.members
  return ts.isTypeAliasDeclaration(declaration) ? literalMembers(declaration.type) : []
}

/** The members of the object types in a type, such as those of a union. */
function literalMembers(type: ts.TypeNode): readonly ts.Node[] {
  if (ts.isTypeLiteralNode(type)) return type.members
  if (ts.isUnionTypeNode(type) || ts.isIntersectionTypeNode(type)) return type.types.flatMap(literalMembers)
  return []
}

function describeMember(member: ts.Node, checker: ts.TypeChecker): string[] {
  const name = (member as ts.NamedDeclaration).name
  const symbol = name && checker.getSymbolAtLocation(name)
  const text = symbol && docstring(symbol, checker)
  return text ? [`- **\`${symbol.name}\`**: ${text.replaceAll('\n', '\n  ')}`] : []
}

const printer = ts.createPrinter({ removeComments: true })

/** Prints a declaration in the code style of the documentation, without comments and bodies. */
function print(declaration: ts.Declaration): string {
  const inferred = printInferred(declaration)
  if (inferred) return inferred
  const text = printer.printNode(
    ts.EmitHint.Unspecified,
    withoutBody(declaration),
    declaration.getSourceFile(),
  )
  return text
    .replaceAll(/^((?: {4})+)/gm, (indent) => '  '.repeat(indent.length / 4))
    .replaceAll(/;$/gm, '')
    .replaceAll(/^export (default )?/gm, '')
}

/** Prints a type that is inferred from a schema as what it is: its declaration only names the schema. */
function printInferred(declaration: ts.Declaration): string | undefined {
  if (!ts.isTypeAliasDeclaration(declaration)) return undefined
  const schema = /^InferNamed<'(\w+)'>$/.exec(declaration.type.getText())?.[1]
  return schema && `type ${declaration.name.text} = ${typeOfNamed(schema)}`
}

function withoutBody(node: ts.Node): ts.Node {
  const { factory } = ts
  if (ts.isFunctionDeclaration(node)) {
    const { modifiers, asteriskToken, name, typeParameters, parameters, type } = node
    const kept = modifiers?.filter(({ kind }) => kind !== ts.SyntaxKind.AsyncKeyword)
    return factory.createFunctionDeclaration(
      kept,
      asteriskToken,
      name,
      typeParameters,
      parameters,
      type,
      undefined,
    )
  }
  if (ts.isClassDeclaration(node)) {
    const { modifiers, name, typeParameters, heritageClauses, members } = node
    const kept = members.map((member) => {
      if (ts.isConstructorDeclaration(member))
        return factory.createConstructorDeclaration(undefined, member.parameters, undefined)
      if (!ts.isMethodDeclaration(member)) return member
      const { typeParameters: own, parameters, type } = member
      return factory.createMethodDeclaration(
        member.modifiers,
        undefined,
        member.name,
        undefined,
        own,
        parameters,
        type,
        undefined,
      )
    })
    return factory.createClassDeclaration(modifiers, name, typeParameters, heritageClauses, kept)
  }
  if (ts.isVariableDeclaration(node)) {
    const value = node.type ? undefined : factory.createIdentifier('{ … }')
    const variable = factory.createVariableDeclaration(node.name, undefined, node.type, value)
    const list = factory.createVariableDeclarationList([variable], ts.NodeFlags.Const)
    return factory.createVariableStatement(undefined, list)
  }
  return node
}
