/**
 * `npm run release`: packs everything, publishes each version that the registry does not have yet, and tags it in git.
 * Arguments are handed to `npm publish`: `npm run release -- --dry-run`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packAll } from './pack.ts'
import { publishTarball } from './publish-tarball.ts'

const args = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'mammokit-release-'))
try {
  for (const tarball of await packAll(folder)) console.log(await publishTarball(tarball, args))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (!args.includes('--dry-run')) spawnSync('npx', ['changeset', 'tag'], { stdio: 'inherit' })
