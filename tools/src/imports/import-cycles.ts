/** Import cycles of a package's source, between its files and between its folders; a type's import counts as any other. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import ts from 'typescript'

/** Which files each file imports, as paths within a source folder. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>

/** The relative imports of every .ts file below `folder`. */
export function readImports(folder: string): ImportGraph {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return new Map(
    files.map((name) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, name), 'utf8'), true, true)
      const path = relative('.', name).split(sep).join('/')
      const imports = importedFiles.map(({ fileName }) => fileName).filter((target) => target.startsWith('.'))
      return [path, imports.map((target) => posix.join(posix.dirname(path), target))]
    }),
  )
}

/**
 * A cycle at each level at which there is one: between the files and folders that lie side by side in some folder, where a folder imports
 * whatever a file anywhere below it imports.
 *
 * @example
 * findCycles(new Map([['a/x.ts', ['b/y.ts']], ['b/y.ts', ['a/z.ts']], ['a/z.ts', []]])) // [['a', 'b', 'a']]
 */
export function findCycles(graph: ImportGraph): string[][] {
  const levels = new Set([...graph.keys()].flatMap((path) => parents(path)))
  return [...levels].flatMap((level) => {
    const neighbors = new Map<string, Set<string>>()
    for (const [file, targets] of graph) {
      const from = within(file, level)
      for (const to of targets.map((target) => within(target, level))) {
        if (from === undefined || to === undefined || from === to) continue
        neighbors.set(from, (neighbors.get(from) ?? new Set()).add(to))
      }
    }
    const cycle = findCycle(neighbors)
    return cycle ? [cycle] : []
  })
}

/** Every folder above a path; the source folder itself is ''. */
function parents(path: string): string[] {
  const folders = path.split('/').slice(0, -1)
  return ['', ...folders.map((_, i) => `${folders.slice(0, i + 1).join('/')}/`)]
}

/** What a path belongs to of the things side by side in a folder: a file or a folder; undefined outside of it. */
function within(path: string, level: string): string | undefined {
  return path.startsWith(level) ? level + path.slice(level.length).split('/')[0] : undefined
}

function findCycle(neighbors: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const finished = new Set<string>()
  const visit = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (finished.has(node)) return undefined
    for (const next of neighbors.get(node) ?? []) {
      const cycle = visit(next, [...path, node])
      if (cycle) return cycle
    }
    finished.add(node)
    return undefined
  }
  for (const node of neighbors.keys()) {
    const cycle = visit(node, [])
    if (cycle) return cycle
  }
  return undefined
}
