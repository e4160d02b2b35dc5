/** Runs the apps one after another, with the commands that a user would type. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { workspaceRoot } from '../packages/pack.ts'

export interface Stage {
  readonly title: string
  readonly app: 'trainer' | 'evaluator'
  readonly args: readonly string[]
}

/** Ends the process with the exit code of a stage that fails; started again, each stage continues where it was. */
export function runStages(stages: readonly Stage[]): void {
  for (const [i, { title, app, args }] of stages.entries()) {
    console.log(`\n[${i + 1}/${stages.length}] ${title}\n$ mammokit-${app} ${args.join(' ')}`)
    const bin = join('apps', app, 'bin', 'mammokit.js')
    const { status, signal } = spawnSync(process.execPath, [bin, ...args], { cwd: workspaceRoot, stdio: 'inherit' })
    if (status === 0) continue
    const how = signal ?? `exit code ${status}`
    console.error(`Stopped at '${title}' (${how}). Start it again and it continues from here.`)
    process.exit(status ?? 1)
  }
}
