/** Where the files of a data folder and of a run lie. */
import { basename, join, resolve } from 'node:path'

export type Subset = 'train' | 'val' | 'test'

export function dataPaths(dir: string) {
  const processed = join(dir, 'processed')
  return {
    images: join(processed, 'images'),
    manifest: join(processed, 'manifest.csv'),
    splits: join(processed, 'splits.csv'),
  }
}

export function runPaths(dir: string) {
  return {
    name: basename(resolve(dir)),
    config: join(dir, 'config.json'),
    metrics: join(dir, 'metrics.jsonl'),
    checkpoints: join(dir, 'checkpoints'),
    weights: (epoch: number) => join(dir, 'checkpoints', epochName(epoch), 'model.safetensors'),
    predictions: (subset: Subset, epoch: number) => join(dir, 'predictions', subset, `${epochName(epoch)}.csv`),
    singles: join(dir, 'predictions', 'dicom'),
    selection: join(dir, 'selection.json'),
    test: join(dir, 'test.json'),
    report: join(dir, 'report.html'),
  }
}

/** `epoch-007` for 7. */
export function epochName(epoch: number): string {
  return `epoch-${String(epoch).padStart(3, '0')}`
}
