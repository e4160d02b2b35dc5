import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { workspaceRoot } from '../src/packages/pack.ts'

/** Which packages each package may import, in its tests too. Apps may import every package, the tools everything. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'atomic-files': [],
  augmentation: ['seeded-random'],
  'command-line': [],
  'data-split': ['seeded-random'],
  'dataset-download': ['atomic-files'],
  'dicom-io': [],
  'focal-loss': [],
  'html-page': [],
  'mammogram-classifier': [
    'onnxruntime-loader',
    'pf1-metric',
    'seresnext',
    'tensor-engine',
    'tfjs-onnxruntime',
    'training-run',
  ],
  'mammogram-dataset': ['atomic-files', 'augmentation', 'mammogram-preprocess', 'screening-data', 'seeded-random'],
  'mammogram-phantom': ['atomic-files', 'dicom-io', 'screening-data', 'seeded-random'],
  'mammogram-preprocess': ['dicom-io', 'roi-detector'],
  'one-cycle-scheduler': [],
  'onnxruntime-loader': [],
  'openvino-runtime': [],
  'pf1-metric': ['seeded-random'],
  'pretrained-weights': ['atomic-files', 'safetensors', 'seresnext'],
  'process-group': [],
  'roi-detector': ['onnxruntime-loader'],
  safetensors: [],
  'screening-data': ['atomic-files', 'data-split', 'dicom-io', 'seeded-random', 'strict-csv'],
  'seeded-random': [],
  seresnext: ['safetensors', 'seeded-random'],
  'strict-csv': [],
  'study-service': ['atomic-files', 'dicom-io', 'mammogram-classifier', 'mammogram-preprocess'],
  'tensor-engine': ['tfjs-onnxruntime'],
  'tfjs-onnxruntime': ['onnxruntime-loader', 'openvino-runtime', 'seeded-random'],
  'training-run': ['atomic-files', 'safetensors', 'strict-csv'],
  yolov5: ['seeded-random'],
}

interface Graph {
  readonly nodes: Readonly<Record<string, { readonly data: { readonly root: string } }>>
  readonly dependencies: Readonly<Record<string, readonly { readonly source: string; readonly target: string }[]>>
}

/** The folders of all projects, such as packages/dicom-io, and the pairs of them of which one imports the other. */
let folders: readonly string[]
let edges: readonly (readonly [string, string])[]

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-graph-'))
  const nx = join(workspaceRoot, 'node_modules/.bin/nx')
  // With records of its own: those of the workspace belong to the run of Nx that may have started this test.
  const env = { ...process.env, NX_DAEMON: 'false', NX_WORKSPACE_DATA_DIRECTORY: folder }
  execFileSync(nx, ['graph', `--file=${join(folder, 'graph.json')}`], { cwd: workspaceRoot, stdio: 'ignore', env })
  const { nodes, dependencies }: Graph = JSON.parse(readFileSync(join(folder, 'graph.json'), 'utf8')).graph
  rmSync(folder, { recursive: true })
  folders = Object.values(nodes).map(({ data }) => data.root)
  edges = Object.values(dependencies)
    .flat()
    .filter(({ target }) => target in nodes)
    .map(({ source, target }) => [nodes[source].data.root, nodes[target].data.root] as const)
})

describe('import boundaries', () => {
  it('lists every package, and nothing that is no package', () => {
    const packages = folders.filter((folder) => folder.startsWith('packages/'))
    const listed = new Set([...Object.keys(mayImport), ...Object.values(mayImport).flat()])
    expect([...listed].map((name) => `packages/${name}`).sort()).toEqual(packages.sort())
  })

  it('lets packages import what the list allows, apps packages, and only the tools apps', () => {
    const isAllowed = (source: string, target: string): boolean => {
      const [kind, name] = source.split('/')
      if (kind === 'tools') return true
      if (!target.startsWith('packages/')) return false
      return kind === 'apps' || mayImport[name].includes(target.slice('packages/'.length))
    }
    const illegal = edges.filter(([source, target]) => !isAllowed(source, target))
    expect(illegal.map(([source, target]) => `${source} -> ${target}`)).toEqual([])
    expect(edges.length).toBeGreaterThan(20)
  })

  it('is what docs/architecture.md shows: each package, and what its package.json depends on', () => {
    const page = readFileSync(join(workspaceRoot, 'docs/architecture.md'), 'utf8')
    const names = (cell: string) => [...cell.matchAll(/`([a-z0-9-]+)`/g)].map(([, name]) => name)
    const shown = [...page.matchAll(/^\| [a-z]* ?\| (`.*) \| (`.*|-) \|$/gm)].flatMap(([, packages, imports]) =>
      names(packages).map((name) => [name, names(imports).sort()] as const),
    )
    const own = folders
      .filter((folder) => folder.startsWith('packages/'))
      .map((folder) => {
        const { dependencies = {} } = JSON.parse(readFileSync(join(workspaceRoot, folder, 'package.json'), 'utf8'))
        const imports = Object.keys(dependencies).filter((name) => name.startsWith('@mammokit/'))
        return [
          folder.slice('packages/'.length),
          imports.map((name) => name.slice('@mammokit/'.length)).sort(),
        ] as const
      })
    expect(new Map(shown)).toEqual(new Map(own))
    expect(shown).toHaveLength(own.length)
  })

  it('allows no cycle', () => {
    const open = new Map(Object.entries(mayImport))
    for (let before = -1; before !== open.size; ) {
      before = open.size
      for (const [name, targets] of open) if (targets.every((target) => !open.has(target))) open.delete(name)
    }
    expect([...open.keys()]).toEqual([])
  })
})
