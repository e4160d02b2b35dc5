/** Small studies on disk, and a network of which is known what it says. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Model, ModelDescription } from '@mammokit/mammogram-classifier'
import { preprocessHash } from '@mammokit/mammogram-preprocess'
import { onTestFinished } from 'vitest'
import { type DicomFileOptions, dicomFile } from '../../mammogram-preprocess/test/dicom-file.ts'

const preprocess = { height: 64, width: 32, detector: null }

export const description: ModelDescription = {
  source: 'file',
  name: 'model.onnx',
  checkpoint: 'epoch-002',
  checkpointHash: 'c0ffee',
  fileSha256: null,
  image: { height: 64, width: 32 },
  preprocess,
  preprocessHash: preprocessHash(preprocess),
  decision: {
    checkpoint: 'epoch-002',
    subset: 'val',
    aggregation: 'mean',
    threshold: 0.5,
    calibration: { method: 'platt', slope: 1, intercept: -1 },
  },
}

/** Gives these probabilities in the order in which it is asked, and counts. */
export function modelOf(
  probabilities: readonly number[],
  changes: Partial<ModelDescription> = {},
): Model & { asked: number } {
  let isBusy = false
  return {
    description: { ...description, ...changes },
    asked: 0,
    async classify({ height, width }) {
      if (height !== 64 || width !== 32) throw new Error(`${height}x${width}`)
      if (isBusy) throw new Error('asked while it looks at another image, which ONNX Runtime in a page cannot')
      isBusy = true
      await nextTurn()
      isBusy = false
      return probabilities[this.asked++ % probabilities.length]!
    },
    async explain(image) {
      const data = Float32Array.of(0, 1, 0, 0, 0, 0, 0, 0)
      return { probability: await this.classify(image), map: { data, height: 4, width: 2, offset: 0.5, stride: 16 } }
    },
    async dispose() {},
  }
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mammokit-study-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export async function write(path: string, data: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, data)
}

export interface View extends DicomFileOptions {
  readonly view?: string
  readonly study?: string
}

/** A view of a breast; equal seeds are equal pictures. */
export function viewFile({ view = 'CC', study = '1.2.3.100', elements, ...options }: View = {}): Uint8Array {
  const own = { '0020000D UI': study, '0020000E UI': `${study}.1`, '00185101 CS': view, '00080020 DA': '20260102' }
  return dicomFile({ ...options, elements: { ...own, ...elements } })
}

/** The four views of a screening examination: L CC, L MLO, R CC, R MLO. */
export async function writeStudy(folder: string, common: View = {}): Promise<string[]> {
  const views = (['L', 'R'] as const).flatMap((laterality) => ['CC', 'MLO'].map((view) => ({ laterality, view })))
  const paths = []
  for (const [index, view] of views.entries()) {
    const path = join(folder, `IM${index + 1}`)
    const seed = (common.seed ?? 0) + index + 1
    await write(path, viewFile({ ...view, ...common, seed, sopInstanceUid: `1.2.3.${seed}` }))
    paths.push(path)
  }
  return paths
}
