/** DICOM file to 1024x512 PNG: our extraction, with reduced JPEG 2000 resolution and without, against the reference's in Python. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readHeader } from '@mammokit/dicom-io'
import { extractRois } from '@mammokit/mammogram-dataset'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import { listImages } from '@mammokit/screening-data'
import { formatCsv, parseCsv } from '@mammokit/strict-csv'
import type { Benchmark } from './benchmark.ts'
import { startPythonPeer } from './python-peer.ts'

const threads = 2
const explicitLittleEndian = '1.2.840.10008.1.2.1'

/** Kept between runs: writing JPEG 2000 of this size takes longer than reading it. */
const dataDir = join(tmpdir(), 'mammokit-bench-preprocess')

/**
 * Phantoms at sizes and in the two transfer syntaxes of RSNA, half of them in each: this seed draws five of its six machines. They are so
 * many that the start of the workers, which a round includes, is a small part of it.
 */
export async function preprocessBenchmarks(): Promise<Benchmark[]> {
  const raw = join(dataDir, 'raw')
  await writePhantomDataset({ outputDir: raw, patients: 16, height: 4096, seed: 20, workers: threads })
  const images = await keepCompressed(raw)
  return [benchmark('auto', 'reduced resolution', images), benchmark(0, 'full resolution', images)]
}

/** Takes the uncompressed images, which RSNA has none of, off both tables. */
async function keepCompressed(raw: string): Promise<number> {
  const kept = new Set<string>()
  for (const { imageId, path } of await listImages(dataDir)) {
    if ((await readHeader(path)).transferSyntaxUid !== explicitLittleEndian) kept.add(imageId)
  }
  for (const name of ['train.csv', 'ground_truth.csv']) {
    const { header, records } = parseCsv(await readFile(join(raw, name), 'utf8'), name)
    const column = header.indexOf('image_id')
    const some = records.map(({ cells }) => cells).filter((cells) => kept.has(cells[column]))
    await writeFile(join(raw, name), formatCsv(header, some))
  }
  return kept.size
}

function benchmark(resolutionLevel: 'auto' | 0, what: string, images: number): Benchmark {
  return {
    name: 'preprocess',
    shape: `${images} mammograms 2292 to 4096 high, JPEG 2000 and JPEG Lossless, to 1024x512; ${what}; ${threads} threads`,
    rounds: 3,
    ours: async () => ({
      name: 'mammokit',
      round: async () => {
        const outputDir = await mkdtemp(join(tmpdir(), 'mammokit-bench-out-'))
        try {
          const { seconds, failed } = await extractRois({
            dataDir,
            outputDir,
            options: { resolutionLevel },
            workers: threads,
          })
          if (failed > 0) throw new Error(`Expected ${images} images but ${failed} of them failed.`)
          return seconds
        } finally {
          await rm(outputDir, { recursive: true })
        }
      },
      close: async () => undefined,
    }),
    peers: [() => startPythonPeer('opencv', 'preprocess.py', [join(dataDir, 'raw'), String(threads)])],
  }
}
