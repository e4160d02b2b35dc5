import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { workspaceRoot } from '../src/packages/pack.ts'

interface ProjectNode {
  readonly type: string
  readonly data: { readonly tags: readonly string[]; readonly root: string }
}

/** Which kinds of project a project may import, by its tag in package.json. */
const mayImport: Record<string, readonly string[]> = {
  'type:leaf': [],
  'type:composite': ['type:leaf'],
  'type:app': ['type:leaf', 'type:composite'],
  'type:tool': ['type:leaf', 'type:composite', 'type:app'],
}

let nodes: Record<string, ProjectNode>
let dependencies: Record<string, readonly { source: string; target: string }[]>

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-graph-'))
  const nx = join(workspaceRoot, 'node_modules/.bin/nx')
  // With records of its own: those of the workspace belong to the run of Nx that may have started this test.
  const env = { ...process.env, NX_DAEMON: 'false', NX_WORKSPACE_DATA_DIRECTORY: folder }
  execFileSync(nx, ['graph', `--file=${join(folder, 'graph.json')}`], { cwd: workspaceRoot, stdio: 'ignore', env })
  const { graph } = JSON.parse(readFileSync(join(folder, 'graph.json'), 'utf8'))
  nodes = graph.nodes
  dependencies = graph.dependencies
  rmSync(folder, { recursive: true })
})

function kindOf(project: string): string {
  return nodes[project].data.tags.find((tag) => tag.startsWith('type:')) ?? 'no type tag'
}

describe('import boundaries', () => {
  it('gives every project exactly one kind', () => {
    for (const [name, node] of Object.entries(nodes)) {
      expect(
        node.data.tags.filter((tag) => tag in mayImport),
        name,
      ).toHaveLength(1)
    }
  })

  it('lets leaves know nobody, composites know leaves, apps know libraries, and only tools know apps', () => {
    const edges = Object.values(dependencies)
      .flat()
      .filter(({ target }) => target in nodes)
    const illegal = edges.filter(({ source, target }) => !mayImport[kindOf(source)].includes(kindOf(target)))
    expect(illegal.map(({ source, target }) => `${source} -> ${target}`)).toEqual([])
    expect(edges.length).toBeGreaterThan(10)
  })

  it('has one library that composes others: mammogram-dataset', () => {
    const composites = Object.keys(nodes).filter((name) => kindOf(name) === 'type:composite')
    expect(composites).toEqual(['@mammokit/mammogram-dataset'])
  })
})
