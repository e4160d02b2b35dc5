/** What to type where a run cannot be continued as asked. */
import { existsSync } from 'node:fs'
import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import { runPaths } from '../run-paths.ts'
import type { RunConfig } from '../schema/run-config.ts'
import { type ConfigChange, scheduleName } from './decisive-change.ts'

/** A sentence with the flags that continue the run, and those that start another one. */
export function adviseOn(change: ConfigChange, run: string, { state }: Checkpoint, config: RunConfig): string {
  const other = `--run ${nextRun(run)}`
  if (change.key === 'trainingVersion') {
    return `Another version of MammoKit began it, and this one would train other weights. Train anew with ${other}.`
  }
  if (change.key === 'training.epochs') {
    const rate = `Its ${scheduleName(config)} schedule spreads the learning rate over all epochs. `
    const weights = state.epoch > 0 ? ` --pretrained ${runPaths(run).weights(state.epoch)}` : ''
    return `${rate}Continue with ${assignment(change)}, or train ${weights === '' ? 'anew' : 'on from its weights'} with${weights} ${other}.`
  }
  if (change.key === 'processes') {
    const launcher = change.before === undefined ? 'one process' : `mpirun -n ${change.before}`
    return `Continue with ${launcher}, or start another run with ${other}.`
  }
  if (change.key.startsWith('weights')) {
    const flag = config.weights
      ? `--pretrained ${config.weights.origin ?? `${config.weights.path} as it was`}`
      : 'without --pretrained'
    return `Continue ${config.weights ? 'with ' : ''}${flag}, or start another run with ${other}.`
  }
  if (change.key.startsWith('data.') || change.key === 'preprocessHash') {
    return `Continue with the data folder as it was, or start another run with ${other}.`
  }
  return `Continue with ${assignment(change)}, or start another run with ${other}.`
}

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

/** `--option training.lr=0.001`, quoted for a shell where it has to be. */
function assignment({ key, before }: ConfigChange): string {
  const value = typeof before === 'string' ? before : JSON.stringify(before)
  const text = `${key}=${value}`
  return `--option ${/^[\w.=-]+$/.test(text) ? text : `'${text}'`}`
}
