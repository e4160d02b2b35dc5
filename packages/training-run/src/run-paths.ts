/** Where the files of a run lie. */
import { basename, join, resolve } from 'node:path'
import type { Subset } from './schema/prediction.ts'
import type { TestedSubset } from './schema/test-result.ts'
import type { TrainerState } from './schema/trainer-state.ts'

/** The files and folders of a run. */
export type RunPaths = ReturnType<typeof runPaths>

/**
 * The paths of a run's files.
 *
 * @example
 * runPaths('runs/default').weights(3) // 'runs/default/checkpoints/epoch-003/model.safetensors'
 */
export function runPaths(run: string) {
  return {
    name: basename(resolve(run)),
    config: join(run, 'config.json'),
    metrics: join(run, 'metrics.jsonl'),
    timings: join(run, 'timings.jsonl'),
    events: join(run, 'events.out.tfevents.0000000000.mammokit'),
    wandb: join(run, 'wandb.json'),
    checkpoints: join(run, 'checkpoints'),
    unfinished: join(run, 'unfinished'),
    /** Of a position: after an epoch, or within one. */
    checkpointAt: ({ epoch, batch, step }: Pick<TrainerState, 'epoch' | 'batch' | 'step'>) =>
      batch === 0 ? join(run, 'checkpoints', epochName(epoch)) : join(run, 'unfinished', `step-${step}`),
    weights: (epoch: number) => join(run, 'checkpoints', epochName(epoch), 'model.safetensors'),
    predictions: (subset: Subset, epoch: number) => join(run, 'predictions', subset, `${epochName(epoch)}.csv`),
    selection: join(run, 'selection.json'),
    /** The validation set's result, of a split without a test set, has a file of its own. */
    test: (subset: TestedSubset = 'test') => join(run, subset === 'test' ? 'test.json' : `test-${subset}.json`),
    testHistory: join(run, 'test-history.jsonl'),
    /** Heatmaps of a subset, and the pictures made of them. */
    explanations: (subset: Subset) => join(run, 'explain', subset),
    maps: (subset: Subset) => join(run, 'explain', subset, 'maps.safetensors'),
    report: join(run, 'report.html'),
    model: join(run, 'model.onnx'),
    submission: join(run, 'submission.csv'),
    /** Of an ensemble: what one of its networks says of images that are augmented, counted from 0. */
    member: (index: number) => join(run, 'members', String(index)),
    /** What was learned of another place's cases. */
    site: (name: string) => join(run, 'sites', name),
  }
}

/**
 * The run of a fold, counted from 0.
 *
 * @example
 * foldRun('runs/default', 2) // 'runs/default/fold-2'
 */
export function foldRun(run: string, fold: number): string {
  return join(run, `fold-${fold}`)
}

/** `epoch-007` for 7. */
export function epochName(epoch: number): string {
  return `epoch-${String(epoch).padStart(3, '0')}`
}

/**
 * The command that makes a result of a subset again, for an error; of another place's cases, whose results lie in a folder of the run,
 * that is their test, and of a network on augmented images, whose predictions lie in a folder of the ensemble, that of the ensemble.
 *
 * @example
 * commandFor('predict', 'runs/default', 'val') // 'mammokit-evaluator predict --run runs/default --subset val'
 */
export function commandFor(command: 'predict' | 'test', folder: string, subset: Subset): string {
  const [, run, site] = /^(.*)[\\/]sites[\\/]([^\\/]+)$/.exec(folder) ?? []
  if (site !== undefined) return `mammokit-evaluator test --run ${run} --external DIR --name ${site}`
  const [, ensemble = folder] = /^(.*)[\\/]members[\\/]\d+$/.exec(folder) ?? []
  const isDefault = command === 'test' && subset === 'test'
  return `mammokit-evaluator ${command} --run ${ensemble}${isDefault ? '' : ` --subset ${subset}`}`
}
