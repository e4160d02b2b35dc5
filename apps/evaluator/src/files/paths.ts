/** Where the files of a data folder lie. */
import { join } from 'node:path'

export function dataPaths(dir: string) {
  const processed = join(dir, 'processed')
  return {
    images: join(processed, 'images'),
    manifest: join(processed, 'manifest.csv'),
    splits: join(processed, 'splits.csv'),
  }
}
