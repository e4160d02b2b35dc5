/**
 * DICOM file to 1024x512 PNG: our extraction, with reduced JPEG 2000 resolution and without, against the reference's in Python.
 * `npm run bench -- preprocess [reduced | full]`.
 */
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
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
const roundDir = join(dataDir, 'round')

/** Times that each phantom is in a round, so that the start of our workers, which a round includes, is a small part of it. */
const copies = 4

/** Phantoms at sizes and in the two transfer syntaxes of RSNA, half of them in each: this seed draws five of its six machines. */
export async function preprocessBenchmarks([which]: readonly string[]): Promise<Benchmark[]> {
  const raw = join(dataDir, 'raw')
  await writePhantomDataset({ outputDir: raw, patients: 16, height: 4096, seed: 20, workers: threads })
  await keepCompressed(raw)
  const images = await repeatImages(raw, join(roundDir, 'raw'))
  const all = {
    reduced: benchmark('auto', 'reduced resolution', images),
    full: benchmark(0, 'full resolution', images),
  }
  return which === 'reduced' || which === 'full' ? [all[which]] : Object.values(all)
}

/** Takes the uncompressed images, which RSNA has none of, off both tables. */
async function keepCompressed(raw: string): Promise<void> {
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
}

/** Lists each image several times, under ids of its own; the files are links. */
async function repeatImages(raw: string, into: string): Promise<number> {
  await rm(into, { recursive: true, force: true })
  await mkdir(into, { recursive: true })
  let images = 0
  for (const name of ['train.csv', 'ground_truth.csv']) {
    const { header, records } = parseCsv(await readFile(join(raw, name), 'utf8'), name)
    const [patient, image] = [header.indexOf('patient_id'), header.indexOf('image_id')]
    const rows: string[][] = []
    for (const { cells } of records) {
      for (let copy = 0; copy < copies; copy++) {
        const ids = { [patient]: `${cells[patient]}${copy}`, [image]: `${cells[image]}${copy}` }
        const row = cells.map((cell, column) => ids[column] ?? cell)
        rows.push(row)
        if (name !== 'train.csv') continue
        await mkdir(join(into, 'train_images', row[patient]), { recursive: true })
        const source = join(raw, 'train_images', cells[patient], `${cells[image]}.dcm`)
        await link(source, join(into, 'train_images', row[patient], `${row[image]}.dcm`))
      }
    }
    await writeFile(join(into, name), formatCsv(header, rows))
    images = rows.length
  }
  return images
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
            dataDir: roundDir,
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
    peers: [() => startPythonPeer('opencv', 'preprocess.py', [join(roundDir, 'raw'), String(threads)])],
  }
}
