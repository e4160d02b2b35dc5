/** Publishes a tarball, unless the registry has that version. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Manifest, unpack } from './pack.ts'

const run = promisify(execFile)

/** Runs `npm publish`, and returns a line that says what was done. */
export async function publishTarball(
  tarball: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { name, version } = await readManifest(tarball)
  const options = { env, shell: process.platform === 'win32' }
  const published = await run('npm', ['view', `${name}@${version}`, 'version'], options).then(
    ({ stdout }) => stdout.trim() === version,
    () => false,
  )
  if (published) return `${name}@${version} is published already`
  await run('npm', ['publish', tarball, '--access', 'public', ...args], options)
  return `${name}@${version} ${args.includes('--dry-run') ? 'would be published' : 'published'}`
}

async function readManifest(tarball: string): Promise<Manifest> {
  const folder = await mkdtemp(join(tmpdir(), 'mammokit-manifest-'))
  try {
    await unpack(tarball, folder)
    return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
