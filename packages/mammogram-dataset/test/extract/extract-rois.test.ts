import { existsSync } from 'node:fs'
import { chmod, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { frameToImage, preprocessHash, preprocessImage } from '@mammokit/mammogram-preprocess'
import { readManifest } from '@mammokit/screening-data'
import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import { dicomFile, slowDicomFile } from '../../../mammogram-preprocess/test/dicom-file.ts'
import { extractRois, type HeaderScan } from '../../src/index.ts'
import { hashes, rsnaDataSet, temporaryFolder, write } from '../data-set.ts'

const options = { height: 64, width: 32 }

test('makes a 16-bit PNG per image, equal to preprocessImage of the same file, and a manifest', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(6)
  const counts: number[] = []
  const summary = await extractRois({ dataDir, options, workers: 2, onProgress: ({ done }) => counts.push(done) })
  expect(summary).toMatchObject({
    total: 6,
    ok: 6,
    failed: 0,
    fallback: 0,
    skipped: 0,
    preprocessHash: preprocessHash(options),
  })
  expect(counts).toEqual([0, 1, 2, 3, 4, 5, 6])
  const rows = await readManifest(join(outputDir, 'manifest.csv'))
  expect(rows.map(({ imageId }) => imageId)).toEqual(['9000', '9001', '9002', '9003', '9004', '9005'])
  for (const row of rows) {
    expect(row).toMatchObject({
      status: 'ok',
      method: 'yolov5',
      view: 'CC',
      preprocessHash: preprocessHash(options),
    })
    expect(row.seconds).toBeGreaterThanOrEqual(0)
    const made = await preprocessImage(join(dataDir, 'raw', row.source), options)
    const png = sharp(join(outputDir, row.file))
    expect(await png.metadata()).toMatchObject({ width: 32, height: 64, channels: 1, depth: 'ushort' })
    const bytes = await png.toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer()
    expect(new Uint16Array(bytes.buffer, bytes.byteOffset, 32 * 64)).toEqual(made.image.data)
    expect(row.sourceSha256).toBe(made.sourceSha256)
    expect(row.imageSha256).toBe((await hashes(outputDir))[row.file])
    expect(row.placement?.box).toEqual(made.placement.box)
    for (const point of [
      { x: 0, y: 0 },
      { x: 96, y: 128 },
    ]) {
      const [listed, exact] = [frameToImage(row.placement!, point), frameToImage(made.placement, point)]
      expect(Math.hypot(listed.x - exact.x, listed.y - exact.y)).toBeLessThan(1e-5)
    }
  }
})

test('a bad file is a row with its reason, the others are made; strict says so at the end', async () => {
  const good = dicomFile()
  const { dataDir, outputDir } = await rsnaDataSet(6, {
    0: 'no DICOM at all',
    1: new Uint8Array(0),
    2: good.subarray(0, good.length - 5000),
    3: null,
    4: dicomFile({ constant: true }),
  })
  const summary = await extractRois({ dataDir, options, workers: 2 })
  expect(summary).toMatchObject({ total: 6, ok: 1, fallback: 0, failed: 5 })
  const rows = await readManifest(join(outputDir, 'manifest.csv'))
  expect(rows.slice(0, 5).map(({ status }) => status)).toEqual(Array(5).fill('failed'))
  for (const row of rows.slice(0, 5)) expect(row.reason).not.toBe('')
  expect(rows[3].reason).toContain('ENOENT')
  expect(rows[3].reason).not.toContain(dataDir)
  expect(rows[4].reason).toMatch(/^not-admitted: Expected .* but received one level\./)
  await expect(extractRois({ dataDir, options, workers: 1, strict: true })).rejects.toMatchObject({
    code: 'images-failed',
    message: expect.stringContaining('5 of 6 failed'),
  })
})

test('a file whose decoder takes half a minute is a row, given up after the time for one file; the others are made', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(4, { 1: slowDicomFile() })
  // Time passes for the second file alone, and slowly, so that the others are made and decoders are loaded on the slowest machine.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let done = 0
  const clock = setInterval(() => done === 1 && vi.advanceTimersByTime(500), 1000)
  onTestFinished(() => {
    clearInterval(clock)
    vi.useRealTimers()
  })
  const onProgress = (progress: { done: number }) => {
    done = progress.done
  }
  const config = { dataDir, options, workers: 1, detectionBatch: 1, timeoutSeconds: 2, onProgress }
  expect(await extractRois(config)).toMatchObject({ total: 4, ok: 3, failed: 1 })
  const rows = await readManifest(join(outputDir, 'manifest.csv'))
  expect(rows[1]).toMatchObject({ status: 'failed', reason: 'not done after 2 s' })
})

test('a detector comes first in every worker; one that is no YOLOv5 model stops the run before the first image', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(3)
  const model = fileURLToPath(
    new URL('../../../roi-detector/test/fixtures/yolov5/decoded-squash.onnx', import.meta.url),
  )
  // It detects nothing of use, but where it is sure its box is taken.
  const detector = { model, confidence: 0.1, minArea: 0 }
  expect(await extractRois({ dataDir, options: { ...options, detector }, workers: 2 })).toMatchObject({ ok: 3 })
  const rows = await readManifest(join(outputDir, 'manifest.csv'))
  expect(rows.map(({ method }) => method)).toContain('yolov5')
  for (const row of rows) {
    const made = await preprocessImage(join(dataDir, 'raw', row.source), { ...options, detector })
    expect(row).toMatchObject({ method: made.method, reason: made.reason, placement: { box: made.placement.box } })
  }
  const broken = join(dataDir, 'broken.onnx')
  await write(broken, 'no model')
  const refused = extractRois({ dataDir, outputDir: join(dataDir, 'other'), options: { detector: { model: broken } } })
  await expect(refused).rejects.toMatchObject({ code: 'model-unreadable' })
})

test('detections in batches of any size give the same bytes, with broken files among them', async () => {
  const { dataDir } = await rsnaDataSet(12, { 2: 'broken', 7: null })
  const made: object[] = []
  for (const detectionBatch of [1, 3, 8]) {
    const outputDir = join(dataDir, `batch-${detectionBatch}`)
    await extractRois({ dataDir, outputDir, options, workers: 1, detectionBatch, recordSeconds: false })
    made.push(await hashes(outputDir))
  }
  expect(made[1]).toEqual(made[0])
  expect(made[2]).toEqual(made[0])
})

test('names what may identify a patient in the manifest and the summary, never its value', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(3, {
    1: dicomFile({ elements: { '00100010 PN': 'Doe^Jane', '00280301 CS': 'YES', '00120062 CS': 'NO' } }),
    2: dicomFile({ elements: { '00120062 CS': 'YES' } }),
  })
  const progress: number[] = []
  const onProgress = ({ identifying }: { identifying: number }) => progress.push(identifying)
  const summary = await extractRois({ dataDir, options, workers: 1, onProgress })
  expect(summary.identifying).toBe(2)
  expect(progress.at(-1)).toBe(2)
  expect(summary.warnings).toEqual([
    { warning: 'identifier:PatientID', images: 2, example: 'train_images/100/9000.dcm' },
    { warning: 'identifier:PatientName', images: 1, example: 'train_images/100/9001.dcm' },
    { warning: 'identifier:BurnedInAnnotation', images: 1, example: 'train_images/100/9001.dcm' },
  ])
  const rows = await readManifest(join(outputDir, 'manifest.csv'))
  expect(rows.map(({ warnings }) => warnings)).toEqual([
    ['identifier:PatientID'],
    ['identifier:PatientName', 'identifier:PatientID', 'identifier:BurnedInAnnotation'],
    [],
  ])
  expect(await readFile(join(outputDir, 'manifest.csv'), 'utf8')).not.toContain('Jane')
  expect(await extractRois({ dataDir, options, workers: 1 })).toMatchObject({ skipped: 3, identifying: 2 })
})

test('says before the first image is written which files may identify a patient', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(20, {
    3: dicomFile({ patientId: '', elements: { '00100010 PN': 'Doe^Jane', '00120062 CS': 'NO' } }),
    5: 'no DICOM at all',
  })
  const scans: HeaderScan[] = []
  const onHeaders = (scan: HeaderScan) => {
    expect(existsSync(join(outputDir, 'images'))).toBe(false)
    scans.push(scan)
  }
  await extractRois({ dataDir, options, workers: 1, onHeaders })
  expect(scans.map(({ done }) => done)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  const { identifying, warnings } = scans.at(-1)!
  const sources = Array.from({ length: 20 }, (_, i) => `train_images/100/${9000 + i}.dcm`)
  expect(identifying.length).toBeGreaterThan(0)
  expect(identifying).toContain(sources[3])
  expect(identifying).not.toContain(sources[5])
  expect(warnings).toContainEqual({ warning: 'identifier:PatientName', images: 1, example: sources[3] })
  const rows = await readManifest(join(outputDir, 'manifest.csv'))
  expect(rows.filter((row) => row.warnings.length > 0).map(({ source }) => source)).toEqual(identifying)
  scans.length = 0
  await extractRois({ dataDir, options, workers: 1, onHeaders: (scan) => scans.push(scan) })
  expect(scans).toEqual([{ total: 1, done: 1, identifying: [], warnings: [] }]) // the file that failed is tried again
})

test('a folder of DICOM files without a CSV: a file at fault is a row with its reason', async () => {
  const dataDir = await temporaryFolder()
  await write(join(dataDir, 'a/one.dcm'), dicomFile({ patientId: 'P', sopInstanceUid: '1.2.3', laterality: 'R' }))
  await write(join(dataDir, 'b/twin.dcm'), dicomFile({ patientId: 'P', sopInstanceUid: '1.2.3', laterality: 'R' }))
  await write(join(dataDir, 'b/broken.dcm'), 'nothing')
  const outputDir = join(await temporaryFolder(), 'out')
  expect(await extractRois({ dataDir, outputDir, options, workers: 1 })).toMatchObject({ total: 3, ok: 1, failed: 2 })
  const rows = await readManifest(join(outputDir, 'manifest.csv'))
  expect(rows.map(({ imageId, status, laterality, view }) => [imageId, status, laterality, view])).toEqual([
    ['1.2.3', 'ok', 'R', 'CC'],
    [expect.stringMatching(/^b_twin-x/), 'failed', 'R', 'CC'],
    [expect.stringMatching(/^b_broken-x/), 'failed', '', ''],
  ])
  expect(rows[1].reason).toBe('the same image id 1.2.3 as a/one.dcm')
})

test('PNG, TIFF and PGM files take the same path as a DICOM file with the same values, from a folder and from images.csv', async () => {
  const dataDir = await temporaryFolder()
  const rasters = fileURLToPath(new URL('../../../mammogram-preprocess/test/fixtures/raster/', import.meta.url))
  for (const name of ['gray-16.png', 'gray-16.tif', 'gray-16.pgm', 'float.tif']) {
    await write(join(dataDir, `raw/${name.replace('.', '_L_CC.')}`), await readFile(join(rasters, name)))
  }
  const raster = { polarity: 'MONOCHROME2', bits: 16 } as const
  const { manifestPath } = await extractRois({ dataDir, options: { ...options, raster }, workers: 1 })
  const rows = await readManifest(manifestPath)
  const made = rows.filter(({ status }) => status === 'ok')
  expect(made).toHaveLength(3)
  expect(new Set(made.map(({ imageSha256 }) => imageSha256)).size).toBe(1)
  expect(made[0]).toMatchObject({ laterality: 'L', view: 'CC', patientId: 'gray-16' })
  expect(rows.find(({ source }) => source.startsWith('float'))?.reason).toMatch(
    /^image-unreadable: .* in float_L_CC\.tif/,
  )

  const listed = await temporaryFolder()
  await write(join(listed, 'films/a.png'), await readFile(join(rasters, 'gray-16.png')))
  await write(join(listed, 'images.csv'), 'image,patient,laterality,view,cancer\nfilms/a.png,P 1,R,MLO,1\n')
  const second = await extractRois({ dataDir: listed, options: { ...options, raster }, workers: 1 })
  expect((await readManifest(second.manifestPath))[0]).toMatchObject({
    imageSha256: made[0]!.imageSha256,
    laterality: 'R',
    view: 'MLO',
    patientId: expect.stringMatching(/^P_1-x/),
  })
})

test('an image is refused or admitted as the options of this run say, also one that an earlier run admitted', async () => {
  const processing = dicomFile({ seed: 2, elements: { '00080068 CS': 'FOR PROCESSING' } })
  const { dataDir, outputDir } = await rsnaDataSet(3, { 1: processing })
  const rows = () => readManifest(join(outputDir, 'manifest.csv'))
  const warn = { ...options, admission: { intent: 'warn' } } as const
  expect(await extractRois({ dataDir, options, workers: 1 })).toMatchObject({ ok: 2, failed: 1 })
  const [, refused] = await rows()
  expect(refused).toMatchObject({ status: 'failed', file: '' })
  expect(refused.reason).toMatch(/^not-admitted: Expected FOR PRESENTATION .* but received FOR PROCESSING\./)
  expect(refused.warnings).toContain('intent:for-processing')

  expect(await extractRois({ dataDir, options: warn, workers: 1 })).toMatchObject({ ok: 3, skipped: 2 })
  expect((await rows())[1].warnings).toContain('intent:for-processing')
  expect(await extractRois({ dataDir, options: warn, workers: 1 })).toMatchObject({ ok: 3, skipped: 3 })
  expect(await extractRois({ dataDir, options, workers: 1 })).toMatchObject({ ok: 2, failed: 1, skipped: 2 })
})

test('bad input is an error before anything is made', async () => {
  const empty = await temporaryFolder()
  await expect(extractRois({ dataDir: empty })).rejects.toMatchObject({ code: 'no-images' })
  await expect(extractRois({ dataDir: empty, workers: 0 })).rejects.toThrow(
    'Expected an integer from 1 to 64 for workers',
  )
})

test.skipIf(process.getuid?.() === 0)('a folder that may not be written to is a clear error', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(1)
  await write(join(outputDir, 'x'), '')
  await rm(join(outputDir, 'x'))
  await chmod(outputDir, 0o500)
  await expect(extractRois({ dataDir, options, workers: 1 })).rejects.toMatchObject({ code: 'cannot-write' })
  await chmod(outputDir, 0o700)
})

test('an output path that cannot be a folder ends the run with a clear error, nothing half-written', async () => {
  const { dataDir, outputDir } = await rsnaDataSet(3)
  await write(join(outputDir, 'images'), 'a file where the images belong')
  const run = extractRois({ dataDir, options, workers: 2 })
  await expect(run).rejects.toMatchObject({
    code: 'cannot-write',
    details: { systemCode: expect.stringMatching(/EEXIST|ENOTDIR/) },
  })
  expect(await readFile(join(outputDir, 'images'), 'utf8')).toBe('a file where the images belong')
})
