import { existsSync } from 'node:fs'

/**
 * A name for a new run beside this one that no folder has.
 *
 * @example
 * nextRun('runs/default') // 'runs/default-2'
 */
export function nextRun(run: string): string {
  const trimmed = run.replace(/(?<=.)[/\\]+$/, '')
  for (let number = 2; ; number++) if (!existsSync(`${trimmed}-${number}`)) return `${trimmed}-${number}`
}
