/** Images from their files to their PNGs: what a worker thread does. */
import { createHash } from 'node:crypto'
import { FileError, writeFileAtomic } from '@mammokit/atomic-files'
import {
  encodeGrayPng,
  PreprocessError,
  type PreprocessedImage,
  preprocessTogether,
  type Rendering,
  type ResolvedPreprocessOptions,
} from '@mammokit/mammogram-preprocess'
import type { ManifestRow } from '@mammokit/screening-data'

/** Files whose detections are one batch. */
export interface ExtractionTask {
  readonly files: readonly { readonly path: string; readonly target: string; readonly rendering?: Rendering }[]
  readonly options: ResolvedPreprocessOptions
  /** Part of the temporary names of the images, one for each run that may write them at the same moment. @default '' */
  readonly writer?: string
}

/** What became of an image; plain data, because errors lose their fields between threads. */
export type ExtractionOutcome =
  | ({ readonly status: 'ok' } & Pick<
      ManifestRow,
      'method' | 'reason' | 'score' | 'placement' | 'frame' | 'side' | 'warnings' | 'sourceSha256' | 'imageSha256'
    >)
  | { readonly status: 'failed'; readonly reason: string; readonly warnings: readonly string[] }
  | { readonly status: 'cannot-write'; readonly message: string; readonly details: Readonly<Record<string, unknown>> }

/** Makes the images of a task; while one is scaled, encoded and written, the next is decoded. Never throws: a bad file is an outcome. */
export function extractTogether({ files, options, writer = '' }: ExtractionTask): Promise<ExtractionOutcome[]> {
  const images = preprocessTogether(
    files.map(({ path }) => path),
    options,
    // In this thread, which the pool ends when a file hangs: another one for the decoder would only copy its pixels.
    { timeoutMs: Number.POSITIVE_INFINITY },
    undefined,
    files.map(({ rendering }) => rendering),
  )
  return Promise.all(images.map((image, i) => write(image, files[i].target, writer)))
}

async function write(made: Promise<PreprocessedImage>, target: string, writer: string): Promise<ExtractionOutcome> {
  try {
    const { image, method, reason, score, placement, frame, side, warnings, sourceSha256 } = await made
    const png = await encodeGrayPng(image)
    // Not flushed: what a power cut leaves has another hash, and is made again.
    await writeFileAtomic(target, png, { flush: false, writer })
    const imageSha256 = createHash('sha256').update(png).digest('hex')
    return { status: 'ok', method, reason, score, placement, frame, side, warnings, sourceSha256, imageSha256 }
  } catch (error) {
    if (error instanceof FileError && error.code === 'cannot-write') {
      return { status: 'cannot-write', message: error.message, details: error.details }
    }
    return { status: 'failed', reason: describe(error), warnings: warningsOf(error) }
  }
}

/** What was found about an image that was refused, the reason of the refusal included. */
function warningsOf(error: unknown): readonly string[] {
  return error instanceof PreprocessError ? ((error.details.warnings as readonly string[] | undefined) ?? []) : []
}

/** Code and first line of an error: a cell of the manifest. */
export function describe(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  const line = String(message ?? error).split('\n', 1)[0]
  return typeof code === 'string' && !line.startsWith(code) ? `${code}: ${line}` : line
}
