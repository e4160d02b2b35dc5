/** `phantom`: writes a synthetic screening data set in the RSNA layout. */

import { type CommandContext, silentContext } from '@mammokit/command-line'
import { type PhantomSummary, writePhantomDataset } from '@mammokit/mammogram-phantom'
import { dataPaths } from '@mammokit/screening-data'
import type { Config } from '../config/config.ts'
import { dataFolder } from '../data-folder.ts'

/** Writes raw/train.csv, raw/train_images and raw/ground_truth.csv and returns the library's summary. */
export async function phantom(
  config: Config,
  { signal, progress }: CommandContext = silentContext,
): Promise<PhantomSummary> {
  const { raw } = dataPaths(dataFolder(config))
  progress.start('phantom', config.phantom.patients, { unit: 'patients' })
  const summary = await writePhantomDataset({
    outputDir: raw,
    ...config.phantom,
    workers: config.workers,
    onProgress: ({ patientsDone }) => progress.update(patientsDone),
    ...(signal && { signal }),
  })
  progress.stop()
  const { patients, cancers, images, skipped } = summary
  progress.line(
    `${images} images of ${patients} patients, ${cancers} with cancer, in ${raw} (${skipped} written before)`,
  )
  return summary
}
