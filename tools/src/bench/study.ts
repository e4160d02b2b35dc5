/**
 * Two studies of four views to result.json with heatmaps, SE-ResNeXt50 at 1024x512: warm, cold (as a process), and preprocessing alone,
 * against a Python service with the same steps. `npm run bench -- study [warm | cold | preprocess]`.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportedMap, exportOnnx, openModel } from '@mammokit/mammogram-classifier'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import { preprocessHash, preprocessTogether, resolvePreprocessOptions } from '@mammokit/mammogram-preprocess'
import { breastDetectorPath } from '@mammokit/roi-detector'
import { listImages } from '@mammokit/screening-data'
import { createSeResNeXt, defaultConfig } from '@mammokit/seresnext'
import { analyzeStudies } from '@mammokit/study-service'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import { workspaceRoot } from '../packages/pack.ts'
import type { Benchmark, Contender } from './benchmark.ts'
import { startPythonPeer } from './python-peer.ts'

const threads = 2
const image = { height: 1024, width: 512 }
const dataDir = join(tmpdir(), 'mammokit-bench-studies')
/** Kept between runs, for as long as it was made for this preprocessing. */
const modelPath = join(dataDir, `seresnext50-${preprocessHash(image)}.onnx`)

/** Draws one patient for each transfer syntax of RSNA, both at sizes of RSNA: 4096x3328 in JPEG 2000 and 2739x2078 in JPEG Lossless. */
const seed = 193

/** The four views of each patient and the exported network, which are made where an earlier benchmark has not left them. */
export async function prepareStudies(): Promise<{
  readonly studies: readonly (readonly string[])[]
  readonly modelPath: string
}> {
  await writePhantomDataset({ outputDir: join(dataDir, 'raw'), patients: 2, height: 4096, seed, workers: threads })
  if (!existsSync(modelPath)) await writeModel()
  const byPatient = new Map<string, string[]>()
  for (const { patientId, path } of await listImages(dataDir)) {
    byPatient.set(patientId, [...(byPatient.get(patientId) ?? []), path])
  }
  return { studies: [...byPatient.values()], modelPath }
}

const parts = ['warm', 'cold', 'preprocess'] as const

/** @throws Error for another part than `warm`, `cold` and `preprocess` */
export async function studyBenchmarks(given: readonly string[]): Promise<Benchmark[]> {
  const wrong = given.find((part) => !parts.some((known) => known === part))
  if (wrong !== undefined) throw new Error(`Expected ${parts.join(', ')} or nothing but received ${wrong}.`)
  const files = (await prepareStudies()).studies.flat()
  const peer = (mode: string) => () =>
    startPythonPeer('python', 'study.py', [join(dataDir, 'raw'), modelPath, breastDetectorPath(), `${threads}`, mode])
  const shape = `two studies of four views, 4096x3328 in JPEG 2000 and 2739x2078 in JPEG Lossless, SE-ResNeXt50 32x4d at 1024x512, ${threads} threads`
  const all: Record<(typeof parts)[number], Benchmark> = {
    warm: { name: 'study', shape: `${shape}; warm`, rounds: 5, ours: () => startWarm(files), peers: [peer('warm')] },
    cold: { name: 'study', shape: `${shape}; cold`, rounds: 5, ours: startCold, peers: [peer('cold')] },
    preprocess: {
      name: 'study',
      shape: `${shape}; preprocessing alone`,
      rounds: 5,
      ours: () => startPreprocessing(files),
      peers: [peer('preprocess')],
    },
  }
  return parts.filter((part) => given.length === 0 || given.includes(part)).map((part) => all[part])
}

/** A file as `mammokit-evaluator export` writes it, of random weights. */
async function writeModel(): Promise<void> {
  const config = { model: defaultConfig, image: { ...image, mean: 0.449, std: 0.226 } }
  tf.enableProdMode() // without it tfjs prints advice
  const network = createSeResNeXt({}, { seed: 1, scope: 'bench-study' })
  const selection = { checkpoint: 'epoch-001', subset: 'val', aggregation: 'mean', threshold: 0.5 }
  const metadata = {
    'mammokit.kind': 'mammogram-classifier',
    'mammokit.input': JSON.stringify(image),
    'mammokit.preprocess': JSON.stringify(image),
    'mammokit.preprocessHash': preprocessHash(image),
    'mammokit.selection': JSON.stringify({ ...selection, calibration: { method: 'none' } }),
    'mammokit.activationMap': JSON.stringify(exportedMap(config)),
    'mammokit.checkpointHash': 'benchmark',
  }
  await mkdir(dataDir, { recursive: true })
  await writeFile(modelPath, await exportOnnx(config, network.stateDict(), { metadata }))
  network.dispose()
}

async function startWarm(files: readonly string[]): Promise<Contender> {
  const model = await openModel({ file: modelPath, threads })
  const folder = await mkdtemp(join(tmpdir(), 'mammokit-bench-out-'))
  const answer = async () => {
    const result = await analyzeStudies(files, model, {
      async writeOverlay({ imageId, rgba, ...raw }) {
        const png = sharp(Buffer.from(rgba.buffer), { raw: { ...raw, channels: 4 } })
          .removeAlpha()
          .png()
        await png.toFile(join(folder, `${imageId}.png`))
        return `${imageId}.png`
      },
    })
    const { imagesAnswered } = result.summary
    if (imagesAnswered !== files.length)
      throw new Error(`Expected ${files.length} answers but received ${imagesAnswered}.`)
    await writeFile(join(folder, 'result.json'), JSON.stringify(result))
  }
  await answer() // as the peer does before its first round
  return {
    name: 'mammokit',
    round: () => timed(answer),
    close: async () => {
      await model.dispose()
      await rm(folder, { recursive: true })
    },
  }
}

async function startCold(): Promise<Contender> {
  const output = await mkdtemp(join(tmpdir(), 'mammokit-bench-out-'))
  const program = join(workspaceRoot, 'apps', 'evaluator', 'bin', 'mammokit.js')
  const flags = ['--study', join(dataDir, 'raw', 'train_images'), '--model', modelPath, '--output', output]
  return {
    name: 'mammokit',
    round: () =>
      timed(async () => {
        const { status } = spawnSync(process.execPath, [program, 'predict', ...flags, '--threads', `${threads}`])
        if (status !== 0) throw new Error(`Expected exit code 0 but received ${status}.`)
      }),
    close: () => rm(output, { recursive: true }),
  }
}

async function startPreprocessing(files: readonly string[]): Promise<Contender> {
  const options = resolvePreprocessOptions(image)
  const prepare = () => Promise.all(preprocessTogether(files, options))
  await prepare() // as the peer does before its first round
  return { name: 'mammokit', round: () => timed(prepare), close: async () => undefined }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}
