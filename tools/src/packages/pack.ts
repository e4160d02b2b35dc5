/** Packs the workspace's libraries as npm would publish them, and lays them out as an empty project would have them. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export const workspaceRoot = fileURLToPath(new URL('../../../', import.meta.url))

interface Manifest {
  readonly name: string
  readonly dependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

/** The folder names of all libraries, sorted. */
export async function listPackages(): Promise<string[]> {
  return (await readdir(join(workspaceRoot, 'packages'))).sort()
}

/** Runs `npm pack` on one library and returns the tarball's path. */
export async function packPackage(folder: string, destination: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', destination], {
    cwd: join(workspaceRoot, 'packages', folder),
  })
  return join(destination, JSON.parse(stdout)[0].filename)
}

/**
 * Makes `project` a project that has installed one library's tarball: the library unpacked, with nothing beside it but the
 * dependencies and peers that its manifest declares. An import that is not declared fails there as it would for a user.
 */
export async function installPacked(folder: string, project: string): Promise<void> {
  const target = join(project, 'node_modules', '@mammokit', folder)
  await mkdir(target, { recursive: true })
  const tarball = await packPackage(folder, project)
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', target])
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n')
  const manifest: Manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'))
  for (const name of requiredNames(manifest)) {
    const link = join(project, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    if (name.startsWith('@mammokit/')) await installPacked(name.slice('@mammokit/'.length), project)
    else await linkInstalled(name, link)
  }
}

function requiredNames(manifest: Manifest): string[] {
  const optional = manifest.peerDependenciesMeta ?? {}
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter((name) => !optional[name]?.optional)
  return [...Object.keys(manifest.dependencies ?? {}), ...peers]
}

async function linkInstalled(name: string, link: string): Promise<void> {
  const installed = await realpath(join(workspaceRoot, 'node_modules', name))
  await symlink(installed, link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}
