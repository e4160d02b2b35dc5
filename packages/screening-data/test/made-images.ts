import { dataPaths, type ManifestRow, processedFile, writeManifest } from '../src/index.ts'

/** A manifest of the left breasts of patients 1 and 2, images 10 to 13, two of each; the last one failed. */
export async function writeMadeImages(data: string): Promise<void> {
  const rows = ['1', '1', '2', '2'].map((patientId, i): ManifestRow => {
    const id = { patientId, imageId: `${10 + i}`, laterality: 'L', view: 'CC' }
    const both = { ...id, seconds: undefined, source: 'x.dcm', warnings: [], preprocessHash: 'cd' }
    const none = { method: '', score: undefined, placement: undefined, side: '', file: '', sourceSha256: '' } as const
    if (i === 3) return { ...both, ...none, status: 'failed', reason: 'cut file', imageSha256: '' }
    const placement = { box: { x: 0, y: 0, width: 1, height: 2 }, scaleX: 1, scaleY: 1, padX: 0, padY: 0 }
    const found = { method: 'yolov5', reason: '', score: 1, placement, side: 'L' } as const
    const hashes = { sourceSha256: 'ab'.repeat(32), imageSha256: 'ef'.repeat(32) }
    return { ...both, ...found, status: 'ok', file: processedFile(id), ...hashes }
  })
  await writeManifest(dataPaths(data).manifest, rows)
}
