/** Images from their DICOM files to their PNGs: what a worker thread does. */
import sharp from 'sharp'
import { DatasetError } from '../dataset-error.ts'
import type { ManifestRow } from '../manifest/manifest.ts'
import { type PreprocessedImage, preprocessTogether } from '../preprocess/preprocess-dicom.ts'
import type { ResolvedPreprocessOptions } from '../preprocess/preprocess-options.ts'
import { writeAtomically } from '../write-atomically.ts'

/** Files whose detections are one batch. */
export interface ExtractionTask {
  readonly files: readonly { readonly path: string; readonly target: string }[]
  readonly options: ResolvedPreprocessOptions
}

/** What became of an image; plain data, because errors lose their fields between threads. */
export type ExtractionOutcome =
  | ({ readonly status: 'ok' } & Pick<ManifestRow, 'method' | 'reason' | 'score' | 'box' | 'side' | 'sourceSha256'>)
  | { readonly status: 'failed'; readonly reason: string }
  | { readonly status: 'cannot-write'; readonly message: string; readonly values: Readonly<Record<string, unknown>> }

/** Makes the images of a task; while one is scaled, encoded and written, the next is decoded. Never throws: a bad file is an outcome. */
export function extractTogether({ files, options }: ExtractionTask): Promise<ExtractionOutcome[]> {
  const images = preprocessTogether(
    files.map(({ path }) => path),
    options,
    // In this thread, which the pool ends when a file hangs: another one for the decoder would only copy its pixels.
    { timeoutMs: Number.POSITIVE_INFINITY },
  )
  return Promise.all(images.map((image, i) => write(image, files[i].target)))
}

async function write(made: Promise<PreprocessedImage>, target: string): Promise<ExtractionOutcome> {
  try {
    const { image, method, reason, score, box, side, sourceSha256 } = await made
    await writeAtomically(target, await encodeGray16(image))
    return { status: 'ok', method, reason, score, box, side, sourceSha256 }
  } catch (error) {
    if (error instanceof DatasetError && error.code === 'cannot-write') {
      return { status: 'cannot-write', message: error.message, values: error.values }
    }
    return { status: 'failed', reason: describe(error) }
  }
}

/** Encodes uint16 [height * width] as a PNG of one 16-bit channel. */
export async function encodeGray16(image: { data: Uint16Array; width: number; height: number }): Promise<Uint8Array> {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 1 } })
    .toColourspace('grey16')
    .png({ compressionLevel: 6 })
    .toBuffer()
}

/** Code and first line of an error: a cell of the manifest. */
export function describe(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const line = String(message ?? error).split('\n', 1)[0]
  return typeof code === 'string' && !line.startsWith(code) ? `${code}: ${line}` : line
}
