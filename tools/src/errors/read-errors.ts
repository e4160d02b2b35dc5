/** The error classes of the workspace's packages and apps, and each place that makes an error, as their sources have them. */
import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import ts from 'typescript'
import { TextEvaluator } from './evaluate-text.ts'

export interface ErrorClass {
  readonly name: string
  /** Folder of its package or app, such as packages/dicom-io. */
  readonly project: string
  /** Every code that its `code` may be; empty where that is no union of literals. */
  readonly codes: readonly string[]
}

/** A `new XError(...)` or `new Error(...)`. */
export interface MadeError {
  readonly project: string
  /** path:line */
  readonly place: string
  readonly className: string
  /** Every message that it may have, with `…` for what is known only at run time. */
  readonly messages: readonly string[]
}

/** Reads the sources of `projects`, folders within `root`. */
export function readErrors(root: string, projects: readonly string[]): { classes: ErrorClass[]; made: MadeError[] } {
  const paths = projects.flatMap((project) => {
    const folder = join(root, project, 'src')
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
  })
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const program = createProgram(paths, { ...options, composite: false, types: [], noEmit: true, noLib: true })
  const checker = program.getTypeChecker()
  const files = paths.map((path) => program.getSourceFile(path)!)
  const evaluator = new TextEvaluator(checker, files)
  const classes: ErrorClass[] = []
  const made: MadeError[] = []
  for (const file of files) {
    const path = relative(root, file.fileName).split(sep).join('/')
    const project = path.split('/').slice(0, 2).join('/')
    const visit = (node: ts.Node): void => {
      if (ts.isClassDeclaration(node) && node.name && extendsError(node))
        classes.push({ name: node.name.text, project, codes: codesOf(checker, node) })
      if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && /Error$/.test(node.expression.text)) {
        const { line } = file.getLineAndCharacterOfPosition(node.getStart())
        const className = node.expression.text
        const message = node.arguments?.[isPlain(className) ? 0 : 1]
        made.push({ project, place: `${path}:${line + 1}`, className, messages: evaluator.evaluateByCall(message) })
      }
      ts.forEachChild(node, visit)
    }
    visit(file)
  }
  return { classes, made }
}

/** A program of the workspace's own sources alone: nothing of what they import from elsewhere makes a message. */
function createProgram(paths: readonly string[], options: ts.CompilerOptions): ts.Program {
  const host = ts.createCompilerHost(options)
  host.resolveModuleNameLiterals = (literals, importer) =>
    literals.map(({ text }) =>
      /^(?:\.|@mammokit\/)/.test(text)
        ? ts.resolveModuleName(text, importer, options, host)
        : { resolvedModule: undefined },
    )
  return ts.createProgram(paths, options, host)
}

/** Whether an error is one of the language's own, without a code. */
export function isPlain(className: string): boolean {
  return /^(?:|Type|Range|Syntax|Aggregate)Error$/.test(className)
}

function extendsError({ heritageClauses }: ts.ClassDeclaration): boolean {
  return (
    heritageClauses?.some(({ types }) => types.some(({ expression }) => /Error$/.test(expression.getText()))) ?? false
  )
}

function codesOf(checker: ts.TypeChecker, { members }: ts.ClassDeclaration): string[] {
  const code = members.find((member) => member.name?.getText() === 'code')
  const type = code && checker.getTypeAtLocation(code)
  if (!type) return []
  const parts = type.isUnion() ? type.types : [type]
  return parts.every((part) => part.isStringLiteral()) ? parts.map((part) => (part as ts.StringLiteralType).value) : []
}
