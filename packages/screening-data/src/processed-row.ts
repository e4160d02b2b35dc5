import { join } from 'node:path'
import type { SetRow } from './combine-folders.ts'
import type { MadeImage } from './manifest/join-manifest.ts'
import type { ManifestRow } from './manifest/manifest.ts'
import type { SplitRow } from './splits/splits-csv.ts'

/** A row whose image was made. */
export type ProcessedRow = SetRow & MadeImage

/** A row of a split with its set, and with what the manifest says of its image that was made. */
export function toProcessedRow(
  row: SplitRow,
  set: string | null,
  image: ManifestRow,
  { dataDir, processed }: { readonly dataDir: string; readonly processed: string },
): ProcessedRow {
  // Field by field: a copy to which ten are added takes several times as long, and there may be 55,000.
  return {
    patientId: row.patientId,
    imageId: row.imageId,
    laterality: row.laterality,
    view: row.view,
    cancer: row.cancer,
    siteId: row.siteId,
    age: row.age,
    implant: row.implant,
    machineId: row.machineId,
    biopsy: row.biopsy,
    invasive: row.invasive,
    birads: row.birads,
    density: row.density,
    difficultNegativeCase: row.difficultNegativeCase,
    subset: row.subset,
    fold: row.fold,
    columns: row.columns,
    set,
    file: join(processed, image.file),
    sha256: image.imageSha256,
    sourceSha256: image.sourceSha256,
    source: image.source,
    dataDir,
    method: image.method,
    placement: image.placement!,
    frame: image.frame,
  }
}
