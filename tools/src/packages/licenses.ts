/** The licenses of everything that a user of a published package or app installs with it, as package-lock.json has them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { listPublished, workspaceRoot } from './pack.ts'

export interface Dependency {
  readonly name: string
  readonly version: string
  /** SPDX expression, or undefined where it is not known. */
  readonly license: string | undefined
}

interface LockEntry {
  readonly version?: string
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** Of packages that state no license in package.json: that of the text in their LICENSE file, which was read. */
const readLicenses: Readonly<Record<string, string>> = { 'memorystream@0.3.1': 'MIT' }

/** All production dependencies, optional ones of other platforms included, sorted by name. */
export async function productionDependencies(): Promise<Dependency[]> {
  const { packages } = JSON.parse(readFileSync(join(workspaceRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>
  }
  const reached = new Set<string>()
  const pending: string[] = await listPublished()
  // The binaries that the published loader brings are onnxruntime-node's.
  pending.push('node_modules/onnxruntime-node')
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    const entry = packages[path] ?? {}
    const isWanted = (name: string) => !entry.peerDependenciesMeta?.[name]?.optional
    const peers = Object.keys(entry.peerDependencies ?? {}).filter(isWanted)
    const names = [...Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }), ...peers]
    for (const name of names) {
      const found = locate(packages, path, name)
      if (found !== undefined) pending.push(found)
    }
  }
  const dependencies = [...reached]
    .filter((path) => path.includes('node_modules/'))
    .map((path) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      const { version = '', license = readLicenses[`${name}@${version}`] } = packages[path]
      return { name, version, license }
    })
    .filter(({ name }) => !name.startsWith('@mammokit/'))
  const unique = new Map(dependencies.map((one) => [`${one.name}@${one.version}`, one]))
  return [...unique.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** Where Node.js would find a package from another one's folder: in the node_modules of that folder, then of each above it. */
function locate(packages: Record<string, LockEntry>, from: string, name: string): string | undefined {
  const parts = from.split('/')
  const folders = parts.map((_, depth) => parts.slice(0, parts.length - depth).join('/'))
  const paths = [...folders.map((folder) => `${folder}/node_modules/${name}`), `node_modules/${name}`]
  return paths.find((path) => packages[path] !== undefined)
}
