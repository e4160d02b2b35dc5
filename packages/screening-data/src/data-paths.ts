/** Where the files of a data folder lie. */
import { join } from 'node:path'

/** The files and folders of a data folder. */
export interface DataPaths {
  readonly raw: string
  readonly trainCsv: string
  readonly processed: string
  readonly images: string
  readonly manifest: string
  readonly splits: string
}

/**
 * The layout of a data folder.
 *
 * @example
 * dataPaths('data').splits // 'data/processed/splits.csv'
 */
export function dataPaths(dir: string): DataPaths {
  const raw = join(dir, 'raw')
  const processed = join(dir, 'processed')
  return {
    raw,
    trainCsv: join(raw, 'train.csv'),
    processed,
    images: join(processed, 'images'),
    manifest: join(processed, 'manifest.csv'),
    splits: join(processed, 'splits.csv'),
  }
}

/** The processed image of a row relative to the manifest's folder, with `/` on every system: what the manifest's column `file` holds. */
export function processedFile({
  patientId,
  imageId,
}: {
  readonly patientId: string
  readonly imageId: string
}): string {
  return `images/${patientId}/${imageId}.png`
}
