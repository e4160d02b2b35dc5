/** `npm run lock`: writes package-lock.json anew after a dependency changed, so that every supported npm accepts it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspaceRoot } from '../packages/pack.ts'
import { acceptableLock, flaggedPaths, type LockFile, lockFileText } from './lock-file.ts'
import { lockWriter } from './npm-releases.ts'
import { runNpm } from './run-npm.ts'

const file = join(workspaceRoot, 'package-lock.json')
// Without addresses the lock file serves whichever registry a user has configured. What a package demands is looked at below.
const args = ['install', '--package-lock-only', '--ignore-scripts', '--omit-lockfile-registry-resolved', '--no-audit']
args.push('--engine-strict=false')
const { status, output } = runNpm(lockWriter.version, args, workspaceRoot)
console.log(output.trim())
if (status === 0) {
  const lock: LockFile = JSON.parse(readFileSync(file, 'utf8'))
  for (const path of flaggedPaths(lock)) console.log(`${path} has an install script, which will not run.`)
  writeFileSync(file, lockFileText(acceptableLock(lock)))
}
process.exitCode = status
