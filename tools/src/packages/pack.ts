/** Packs the workspace's packages and apps as they are published. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { platformDependencies, platformPackageName, platforms, writePlatformPackage } from './platform-package.ts'

const run = promisify(execFile)

export const workspaceRoot = fileURLToPath(new URL('../../../', import.meta.url))

/** What of a package.json is read here. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
  readonly peerDependencies?: Record<string, string>
  readonly peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

/** The folder names of all libraries, sorted. */
export async function listPackages(): Promise<string[]> {
  return (await readdir(join(workspaceRoot, 'packages'))).sort()
}

/** Everything that is published, as folders of the workspace: `packages/dicom-io`, `apps/trainer`. */
export async function listPublished(): Promise<string[]> {
  const apps = (await readdir(join(workspaceRoot, 'apps'))).sort()
  return [...(await listPackages()).map((name) => `packages/${name}`), ...apps.map((name) => `apps/${name}`)]
}

/**
 * Packs a package or app and returns the tarball's path.
 *
 * The loader of ONNX Runtime gets its optional dependencies here: in the workspace, where onnxruntime-node is installed,
 * the packages that they name do not exist.
 */
export async function packProject(project: string, destination: string): Promise<string> {
  const tarball = await npmPack(join(workspaceRoot, project), destination)
  return project === 'packages/onnxruntime-loader' ? addOptionalDependencies(tarball) : tarball
}

/**
 * Builds and packs everything that is published, ONNX Runtime's binaries of every platform included, and returns the tarballs' paths.
 * It is built from nothing: what a deleted source left in `dist` would be published.
 */
export async function packAll(destination: string): Promise<string[]> {
  for (const project of await listPublished())
    await rm(join(workspaceRoot, project, 'dist'), { recursive: true, force: true })
  await run('npm', ['run', 'build'], { cwd: workspaceRoot, shell: process.platform === 'win32' })
  const tarballs: string[] = []
  for (const platform of platforms) {
    const folder = await mkdtemp(join(tmpdir(), `${platformPackageName(platform).split('/')[1]}-`))
    try {
      await writePlatformPackage(platform, folder)
      tarballs.push(await npmPack(folder, destination))
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  for (const project of await listPublished()) tarballs.push(await packProject(project, destination))
  return tarballs
}

/** Runs `npm pack` in a folder and returns the tarball's path. */
export async function npmPack(folder: string, destination: string): Promise<string> {
  // On Windows npm is a command file, which only a shell can start.
  const options = { cwd: folder, shell: process.platform === 'win32' }
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination]
  const { stdout } = await run('npm', args, options)
  return join(destination, JSON.parse(stdout)[0].filename)
}

/** Unpacks a tarball of npm into a folder that exists. */
export async function unpack(tarball: string, folder: string): Promise<void> {
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', folder])
}

async function addOptionalDependencies(tarball: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mammokit-pack-'))
  try {
    await unpack(tarball, folder)
    const file = join(folder, 'package.json')
    const manifest = JSON.parse(await readFile(file, 'utf8'))
    await writeFile(file, `${JSON.stringify({ ...manifest, optionalDependencies: platformDependencies() }, null, 2)}\n`)
    const packed = await npmPack(folder, folder)
    await cp(packed, tarball)
    return tarball
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
