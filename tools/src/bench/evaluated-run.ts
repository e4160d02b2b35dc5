/** A run of several epochs on a data set of RSNA's size, with what `test` asks for: all attributes, pictures, and a network that answers for its predictions. */
import { createHash } from 'node:crypto'
import { linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openClassifier, sigmoid } from '@mammokit/mammogram-classifier'
import { decodeGrayPng, preprocessHash as hashOf, resolvePreprocessOptions } from '@mammokit/mammogram-preprocess'
import { encodeSafetensors } from '@mammokit/safetensors'
import { dataPaths, type ManifestRow, processedFile, readProcessedRows, writeManifest } from '@mammokit/screening-data'
import { createRandom, type Random } from '@mammokit/seeded-random'
import { createSeResNeXt } from '@mammokit/seresnext'
import { hashSources, runPaths, writePredictions } from '@mammokit/training-run'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import sharp from 'sharp'

export interface EvaluatedFolders {
  readonly run: string
  readonly data: string
}

const size = { height: 64, width: 32 }
const image = { ...size, mean: 0.449, std: 0.226 }
const model = {
  layers: [1, 1, 1, 1],
  channels: [8, 16, 16, 16],
  cardinality: 2,
  baseWidth: 16,
  stemWidth: 8,
  inChannels: 1,
  numClasses: 1,
}
const options = resolvePreprocessOptions(size)
const preprocessHash = hashOf(options)

/** Images of the training set, for the model of metadata; the others are val. */
const trainingImages = 400
/** Pictures that all images share. */
const pictureCount = 64

/** Writes both into an empty folder: so many images of the validation set, four of a patient, 2.1 % of the breasts with cancer. */
export async function writeEvaluatedRun(folder: string, images: number, epochs: number): Promise<EvaluatedFolders> {
  const [run, data] = [join(folder, 'run'), join(folder, 'data')]
  const random = createRandom(13, 'evaluated run')
  const pictures = await writePictures(join(folder, 'pictures'), random)
  const pictureOf = await writeData(data, images, pictures, random)
  const { rows, splitsSha256 } = await readProcessedRows(data, { subsets: ['val'] })
  mkdirSync(run)
  const config = {
    mammokit: '0.1.0',
    model,
    image,
    preprocess: options,
    preprocessHash,
    data: { dir: data, splitsSha256 },
    training: { epochs },
    engine: 'onnxruntime',
    versions: {},
  }
  writeFileSync(join(run, 'config.json'), JSON.stringify(config))
  writeFileSync(join(run, 'metrics.jsonl'), '')
  await tf.setBackend('cpu')
  const classifier = await openClassifier({ model, image }, { threads: 1, batchSize: pictureCount })
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const network = createSeResNeXt(model, { seed: epoch, scope: `epoch-${epoch}` })
    const weights = encodeSafetensors(network.stateDict(), { format: 'pt', preprocessHash, epoch: String(epoch) })
    mkdirSync(dirname(runPaths(run).weights(epoch)), { recursive: true })
    writeFileSync(runPaths(run).weights(epoch), weights)
    await classifier.load(network.stateDict())
    network.dispose()
    const logits = (await classifier.classify(pictures.map(({ pixels }) => pixels))).map((p) => Math.log(p / (1 - p)))
    const predictions = rows.map(({ imageId, patientId, laterality, view, cancer }) => {
      // No two alike, and within what the test takes for the network's own: 1e-4 of probability.
      const logit = logits[pictureOf.get(imageId)!] + 1e-4 * (random.normal() * 0.3 + 0.3 * cancer)
      return { imageId, patientId, laterality, view, target: cancer, logit, probability: sigmoid(logit) }
    })
    const source = {
      ...({ subset: 'val', epoch, preprocessHash, splitsSha256, mammokit: '0.1.0' } as const),
      checkpointHash: sha256(weights).slice(0, 16),
      dataSha256: hashSources(rows),
    }
    await writePredictions(run, source, predictions)
  }
  await classifier.dispose()
  return { run, data }
}

interface Picture {
  readonly file: string
  readonly sha256: string
  readonly pixels: Awaited<ReturnType<typeof decodeGrayPng>>
}

/** Noise above a line, darkness below it. */
async function writePictures(folder: string, random: Random): Promise<Picture[]> {
  mkdirSync(folder)
  const pictures: Picture[] = []
  for (let i = 0; i < pictureCount; i++) {
    const [line, level] = [random.below(size.height), 5000 + random.below(55_000)]
    const gray = Uint16Array.from({ length: size.height * size.width }, (_, at) =>
      random.below(at > line * size.width ? level : 2000),
    )
    const raw = { ...size, channels: 1 } as const
    const png = await sharp(gray, { raw }).toColourspace('grey16').png().toBuffer()
    const file = join(folder, `${i}.png`)
    writeFileSync(file, png)
    pictures.push({ file, sha256: sha256(png), pixels: await decodeGrayPng(png) })
  }
  return pictures
}

/** Writes the tables and links the pictures; returns which picture each image has. */
async function writeData(data: string, count: number, pictures: readonly Picture[], random: Random) {
  const paths = dataPaths(data)
  mkdirSync(paths.processed, { recursive: true })
  const views = [
    ['L', 'CC'],
    ['L', 'MLO'],
    ['R', 'CC'],
    ['R', 'MLO'],
  ] as const
  const header =
    'site_id,patient_id,image_id,laterality,view,age,cancer,biopsy,invasive,BIRADS,implant,density,machine_id,difficult_negative_case,subset,fold'
  const lines = [header]
  const rows: ManifestRow[] = []
  const pictureOf = new Map<string, number>()
  let cancer = 0
  for (let i = 0; i < count + trainingImages; i++) {
    if (i % 2 === 0) cancer = random.chance(0.021) ? 1 : 0
    const [laterality, view] = views[i % 4]
    const patient = i >> 2
    const [imageId, patientId] = [`${1_000_000 + i}`, `${10_000 + patient}`]
    const invasive = cancer === 1 && patient % 3 !== 0 ? 1 : 0
    const details = [invasive, ['', '0', '1', '2'][patient % 4], patient % 40 === 0 ? 1 : 0]
    const machine = [21, 29, 48, 49, 93][patient % 5]
    const origin = [['A', 'B', 'C', 'D', ''][patient % 5], machine, 'False', i < count ? 'val' : 'train', '']
    const age = 40 + ((patient * 7) % 45)
    lines.push(
      [1 + (patient % 2), patientId, imageId, laterality, view, age, cancer, cancer, ...details, ...origin].join(),
    )
    const picture = random.below(pictures.length)
    pictureOf.set(imageId, picture)
    const file = processedFile({ patientId, imageId })
    mkdirSync(dirname(join(paths.processed, file)), { recursive: true })
    linkSync(pictures[picture].file, join(paths.processed, file))
    const box = { x: 0, y: 0, width: 300 + 20 * picture, height: 640 + 40 * picture }
    rows.push({
      patientId,
      imageId,
      laterality,
      view,
      status: 'ok',
      method: picture % 9 === 0 ? 'threshold' : 'yolov5',
      reason: '',
      side: laterality,
      score: 0.9,
      seconds: undefined,
      warnings: [],
      source: `${imageId}.dcm`,
      preprocessHash,
      file,
      sourceSha256: sha256(imageId),
      imageSha256: pictures[picture].sha256,
      placement: { box, scaleX: 0.1, scaleY: 0.1, padX: 0, padY: 0 },
      frame: { height: 1500 + 20 * picture, width: 1000 + 20 * picture },
    })
  }
  writeFileSync(paths.splits, `${lines.join('\n')}\n`)
  await writeManifest(paths.manifest, rows)
  return pictureOf
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
