/** What packages export without a docstring, as the compiler sees it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { listPackages, workspaceRoot } from '../packages/pack.ts'

/** What the entries of each package export without a docstring, by its folder: values (functions, classes, constants) and types. */
export async function undocumentedExports(): Promise<Map<string, { values: string[]; types: string[] }>> {
  const entries = (await listPackages()).map(
    (folder) => [folder, entriesOf(join(workspaceRoot, 'packages', folder))] as const,
  )
  const { config } = ts.readConfigFile(join(workspaceRoot, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, workspaceRoot)
  const paths = entries.flatMap(([, files]) => files)
  const program = ts.createProgram(paths, { ...options, composite: false, noEmit: true, noLib: true, types: [] })
  const checker = program.getTypeChecker()
  return new Map(
    entries.map(([folder, files]) => {
      const symbols = [...new Set(files.flatMap((file) => exportsOf(checker, program.getSourceFile(file))))]
      const bare = symbols.filter((symbol) => !isDocumented(checker, symbol))
      const names = (flag: boolean) =>
        bare.filter(({ flags }) => Boolean(flags & ts.SymbolFlags.Value) === flag).map(({ name }) => name)
      return [folder, { values: names(true).sort(), types: names(false).sort() }]
    }),
  )
}

/** The sources of a package's entries, as `exports` of its package.json names them. */
function entriesOf(folder: string): string[] {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const conditions = Object.values<string | Readonly<Record<string, string>>>(exports)
  return conditions
    .flatMap((one) => (typeof one === 'string' ? [] : [one['@mammokit/source']]))
    .filter(Boolean)
    .map((path) => join(folder, path))
}

function exportsOf(checker: ts.TypeChecker, file: ts.SourceFile | undefined): ts.Symbol[] {
  const module = file && checker.getSymbolAtLocation(file)
  const symbols = module ? checker.getExportsOfModule(module) : []
  return symbols.map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
}

function isDocumented(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  return (
    ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== '' ||
    symbol.getJsDocTags(checker).length > 0
  )
}
