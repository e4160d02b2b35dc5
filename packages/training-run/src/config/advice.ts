/** What to type where a run cannot be continued as asked. */
import type { Checkpoint } from '../checkpoints/checkpoint.ts'
import { nextRun } from '../next-run.ts'
import { runPaths } from '../run-paths.ts'
import type { RunConfig } from '../schema/run-config.ts'
import { type ConfigChange, scheduleName } from './decisive-change.ts'

/** A sentence with the flags that continue the run, and those that start another one. */
export function adviseOn(change: ConfigChange, run: string, { state }: Checkpoint, config: RunConfig): string {
  const other = `--run ${nextRun(run)}`
  if (change.key === 'trainingVersion' || change.key === 'stepVersion') {
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
  if (change.key === 'data.imagesSha256') {
    return `The processed images are not those that it was trained on. Continue with the images as they were, or start another run with ${other}.`
  }
  if (change.key.startsWith('data.') || change.key === 'preprocessHash') {
    return `Continue with the data folder as it was, or start another run with ${other}.`
  }
  return `Continue with ${assignment(change)}, or start another run with ${other}.`
}

/** `--option training.lr=0.001`, quoted for a shell where it has to be. */
function assignment({ key, before }: ConfigChange): string {
  const value = typeof before === 'string' ? before : JSON.stringify(before)
  const text = `${key}=${value}`
  return `--option ${/^[\w.=-]+$/.test(text) ? text : `'${text}'`}`
}
