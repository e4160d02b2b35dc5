import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findCycles, readImports } from '../src/imports/import-cycles.ts'
import { workspaceRoot } from '../src/packages/pack.ts'

const projects = ['packages', 'apps'].flatMap((kind) =>
  readdirSync(join(workspaceRoot, kind)).map((name) => `${kind}/${name}`),
)

it.each([...projects, 'tools'])('%s: no cycle between its files, nor between its folders', (project) => {
  const graph = readImports(join(workspaceRoot, project, 'src'))
  expect(graph.size).toBeGreaterThan(0)
  expect(findCycles(graph).map((cycle) => cycle.join(' -> '))).toEqual([])
})

it('finds cycles by types, by exports and by import(), between files and between folders', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-cycles-'))
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  write('index.ts', "export { a } from './a/one.ts'\nimport 'node:fs'\n")
  write('a/one.ts', "import type { B } from '../b/one.ts'\nexport const a = (b: B) => b\n")
  write('a/two.ts', 'export interface Two {}\n')
  write('b/one.ts', "export type { Two as B } from '../a/two.ts'\nexport const later = () => import('./deep/two.ts')\n")
  write('b/deep/two.ts', "import '../one.ts'\n")
  try {
    expect(findCycles(readImports(folder))).toEqual([
      ['a', 'b', 'a'],
      ['b/one.ts', 'b/deep', 'b/one.ts'],
    ])
    write('b/one.ts', 'export type B = number\n')
    expect(findCycles(readImports(folder))).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
