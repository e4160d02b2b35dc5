/** A command of an app as a process, its start included; what it takes of processor and memory is a line on stderr. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { workspaceRoot } from '../packages/pack.ts'
import type { Contender } from './benchmark.ts'

/** A round runs `mammokit-<app> <args>` once; `close` cleans up behind it. */
export function startCommand(
  app: 'trainer' | 'evaluator',
  args: readonly string[],
  close: () => Promise<void> = async () => undefined,
): Contender {
  const script = fileURLToPath(new URL('measured-command.js', import.meta.url))
  const cli = join(workspaceRoot, `apps/${app}/dist/cli.js`)
  return {
    name: 'mammokit',
    round: async () => {
      const start = performance.now()
      const stdio = ['ignore', 'ignore', 'inherit'] as const
      const child = spawn(process.execPath, ['--import', script, cli, ...args], { stdio: [...stdio] })
      const [code] = await once(child, 'close')
      if (code !== 0) throw new Error(`Expected ${args[0]} to succeed but it ended with code ${code}.`)
      return (performance.now() - start) / 1000
    },
    close,
  }
}
