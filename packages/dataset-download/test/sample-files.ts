/** A small competition in the RSNA layout, the same bytes for the same seed. */
import { type ZipEntry, zipArchive } from './zip-archive.ts'

/** Numbers from 0 to 1. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Bytes that deflate halves. */
export function noise(length: number, seed: number): Buffer {
  const next = random(seed)
  const bytes = Buffer.alloc(length)
  for (let i = 0; i < length; i++) bytes[i] = next() * 16
  return bytes
}

/** train.csv, test.csv, an empty file and images of `patients` patients, two each, of 2 to 60 KB. */
export function sampleFiles(patients = 8, seed = 1): Record<string, Buffer> {
  const next = random(seed)
  const files: Record<string, Buffer> = {
    'sample_submission.csv': Buffer.from('prediction_id,cancer\n'),
    'train.csv': Buffer.from('site_id,patient_id,image_id\n'),
    'notes/empty.txt': Buffer.alloc(0),
  }
  for (let i = 0; i < patients; i++)
    for (let j = 0; j < 2; j++)
      files[`train_images/${10_000 + i}/${1000 * i + j}.dcm`] = noise(2000 + Math.floor(next() * 58_000), i * 2 + j)
  return files
}

export function archiveOf(files: Readonly<Record<string, Buffer>>, more: Partial<ZipEntry> = {}) {
  return zipArchive(
    Object.entries(files).map(([name, data], i) => ({
      name,
      data,
      deflate: i % 3 !== 0,
      zip64: i % 2 === 0,
      localExtra: i % 5,
      ...more,
    })),
  )
}
