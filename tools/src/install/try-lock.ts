/** Whether a release of npm accepts package-lock.json: `npm ci --dry-run` in a copy of the workspace's manifests. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runNpm } from './run-npm.ts'

export interface LockTrial {
  readonly result: 'passed' | 'failed' | 'skipped'
  /** What npm wrote where it did not pass. */
  readonly output: string
}

/** Tries the lock file of the workspace in `root`. Skipped only where npm itself cannot be had because the registry is out of reach. */
export function tryLock(npmVersion: string, root: string): LockTrial {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-lock-'))
  try {
    const npm = runNpm(npmVersion, ['--version'], folder)
    if (npm.status !== 0) return { result: isOutOfReach(npm.output) ? 'skipped' : 'failed', output: npm.output }
    copyManifests(root, folder)
    const { status, output } = runNpm(npmVersion, ['ci', '--dry-run', '--ignore-scripts', '--no-audit'], folder)
    return { result: status === 0 ? 'passed' : 'failed', output: status === 0 ? '' : output }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function isOutOfReach(output: string): boolean {
  return /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT)\b/.test(
    output,
  )
}

function copyManifests(root: string, folder: string): void {
  const projects = ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name)),
  )
  const manifests = ['.', 'tools', ...projects].map((project) => join(project, 'package.json'))
  for (const file of ['.npmrc', 'package-lock.json', ...manifests]) {
    if (!existsSync(join(root, file))) continue
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file))
  }
}
