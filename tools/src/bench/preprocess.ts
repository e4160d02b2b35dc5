/** DICOM file to 1024x512 PNG: our extraction, with reduced JPEG 2000 resolution and without, against the reference's in Python. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { extractRois } from '@mammokit/mammogram-dataset'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import type { Benchmark } from './benchmark.ts'
import { startPythonPeer } from './python-peer.ts'

const threads = 2
const patients = 4
const images = 4 * patients

/** Kept between runs: writing JPEG 2000 of this size takes longer than reading it. */
const dataDir = join(tmpdir(), 'mammokit-bench-preprocess')

/** Phantoms at the sizes and in the two transfer syntaxes of RSNA. */
export async function preprocessBenchmarks(): Promise<Benchmark[]> {
  await writePhantomDataset({ outputDir: join(dataDir, 'raw'), patients, height: 4096, seed: 13, workers: threads })
  return [benchmark('auto', 'reduced resolution'), benchmark(0, 'full resolution')]
}

function benchmark(resolutionLevel: 'auto' | 0, what: string): Benchmark {
  return {
    name: 'preprocess',
    shape: `${images} mammograms up to 4096 high, JPEG 2000 and JPEG Lossless as in RSNA, to 1024x512; ${what}; ${threads} threads`,
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
