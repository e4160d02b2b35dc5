/** Lays out packed packages as an empty project would have them, without a registry. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Manifest, packProject, unpack, workspaceRoot } from './pack.ts'
import { platformPackageName, platforms, writePlatformPackage } from './platform-package.ts'

/**
 * Makes `project` a project that ran `npm install <packages>`: the workspace's packages unpacked from their tarballs, with
 * nothing beside them but the dependencies and peers that manifests declare. An import that is not declared fails there as it
 * would for a user.
 */
export async function installPacked(packages: readonly string[], project: string): Promise<void> {
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n')
  for (const name of packages) await installOne(name, project)
}

async function installOne(name: string, project: string): Promise<void> {
  if (name.startsWith('@mammokit/')) return installTarball(name.slice('@mammokit/'.length), project)
  const link = join(project, 'node_modules', name)
  await mkdir(dirname(link), { recursive: true })
  await linkInstalled(name, link)
}

async function installTarball(folder: string, project: string): Promise<void> {
  const target = join(project, 'node_modules', '@mammokit', folder)
  if (existsSync(target)) return
  await mkdir(target, { recursive: true })
  await unpack(await packedOnce(folder), target)
  const manifest: Manifest = JSON.parse(await readFile(join(target, 'package.json'), 'utf8'))
  if (manifest.optionalDependencies) await installPlatformPackage(project)
  for (const name of requiredNames(manifest)) await installOne(name, project)
}

const tarballs = new Map<string, Promise<string>>()

/** Where the tarballs of the last run lie. */
const packedFolder = join(workspaceRoot, 'tools/.vitest/packed')

/** The tarball of a package, which many others need: made once in a process. */
function packedOnce(folder: string): Promise<string> {
  const tarball = tarballs.get(folder) ?? packAside(folder)
  tarballs.set(folder, tarball)
  return tarball
}

/** Packs beside its place, so that no other process reads half a tarball. */
async function packAside(folder: string): Promise<string> {
  await mkdir(packedFolder, { recursive: true })
  const aside = await mkdtemp(join(packedFolder, 'packing-'))
  try {
    const tarball = await packProject(`packages/${folder}`, aside)
    const target = join(packedFolder, basename(tarball))
    await rename(tarball, target)
    return target
  } finally {
    await rm(aside, { recursive: true })
  }
}

/** What npm would choose of the loader's optional dependencies. */
async function installPlatformPackage(project: string): Promise<void> {
  const platform = platforms.find(({ os, cpu }) => os === process.platform && cpu === process.arch)
  if (platform) await writePlatformPackage(platform, join(project, 'node_modules', platformPackageName(platform)))
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
