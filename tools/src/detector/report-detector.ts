/**
 * How good the shipped breast detector is: IoU with the truth on phantoms that it has not seen, read from DICOM files as an extraction
 * reads them, and on a folder of labeled images.
 *
 * usage: node tools/dist/detector/report-detector.js OUT [FOLDER with images/val and labels/val]
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readDicom, toPresentation } from '@mammokit/dicom-io'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess'
import {
  type Box,
  breastDetectorPath,
  detectBreasts,
  type GrayImage,
  intersectionOverUnion,
  loadYolov5Detector,
} from '@mammokit/roi-detector'
import { parseCsv } from '@mammokit/strict-csv'
import { drawOutline } from './draw-outline.ts'

interface Case {
  readonly name: string
  readonly groups: readonly string[]
  readonly image: GrayImage
  /** Pixels of the image. */
  readonly truth: Box
}
type Result = Case & { readonly box: Box | undefined; readonly iou: number }

const [out, folder] = process.argv.slice(2)
if (!out) {
  console.error('Expected a folder to write to. usage: report-detector.js OUT [FOLDER]')
  process.exit(2)
}
const detector = await loadYolov5Detector(breastDetectorPath(), { threads: 1 })
const [worstPhantom] = await report(phantoms(join(out, 'phantoms')))
await writeFile(join(out, 'worst-phantom.svg'), drawOutline(worstPhantom))
if (folder) {
  const [worstReal] = await report(labeled(folder))
  await writeFile(join(out, 'worst-real.svg'), drawOutline(worstReal))
}

/** Prints the figures of each group and of all. @returns results, the worst first */
async function report(cases: AsyncIterable<Case>): Promise<Result[]> {
  const results: Result[] = []
  for await (const one of cases) {
    const [found] = await detectBreasts(detector, [one.image])
    const box = 'box' in found ? found.box : undefined
    results.push({ ...one, box, iou: box ? intersectionOverUnion(box, one.truth) : 0 })
  }
  results.sort((a, b) => a.iou - b.iou)
  const groups = [...new Set(results.flatMap((one) => one.groups))].sort()
  console.table(
    Object.fromEntries(
      groups.map((group) => {
        const ious = results.filter((one) => one.groups.includes(group)).map(({ iou }) => iou)
        return [
          group,
          {
            images: ious.length,
            'mean IoU': (ious.reduce((sum, iou) => sum + iou) / ious.length).toFixed(3),
            'above 0.8': `${((100 * ious.filter((iou) => iou > 0.8).length) / ious.length).toFixed(1)} %`,
            worst: ious[0].toFixed(3),
          },
        ]
      }),
    ),
  )
  console.log(`worst: ${results[0].name}`)
  return results
}

/** 50 patients of a seed that no training used, 1024 high. */
async function* phantoms(raw: string): AsyncGenerator<Case> {
  await writePhantomDataset({ outputDir: raw, patients: 50, height: 1024, seed: 303 })
  const implants = new Map((await readTable(join(raw, 'train.csv'))).map((row) => [row.image_id, row.implant]))
  for (const row of await readTable(join(raw, 'ground_truth.csv'))) {
    const { header, decodeFrame, resolutionLevels } = await readDicom(
      join(raw, 'train_images', row.patient_id, `${row.image_id}.dcm`),
    )
    // As an extraction does: the coarsest level that the detector's input needs.
    const wanted = Math.floor(Math.log2(Math.max(header.rows, header.columns) / detector.inputHeight))
    const resolutionLevel = Math.max(0, Math.min(wanted, await resolutionLevels()))
    const image = toPresentation(await decodeFrame(0, { resolutionLevel }), header)
    const [x, y, width, height] = [row.breast_x, row.breast_y, row.breast_width, row.breast_height].map(
      (value) => Number(value) / 2 ** resolutionLevel,
    )
    const groups = ['all', row.view, row.laterality, header.photometricInterpretation]
    if (implants.get(row.image_id) === '1') groups.push('implants')
    yield { name: `${row.image_id} ${row.laterality} ${row.view}`, groups, image, truth: { x, y, width, height } }
  }
}

async function readTable(path: string): Promise<Record<string, string>[]> {
  const { header, records } = parseCsv(await readFile(path, 'utf8'), path)
  return records.map(({ cells }) => Object.fromEntries(header.map((name, i) => [name, cells[i]])))
}

/** Images whose names begin with `real-` are as published; `framed-` has air, a label, a marker and a bright border around them. */
async function* labeled(from: string): AsyncGenerator<Case> {
  const files = (await readdir(join(from, 'images/val'))).filter((name) => /^(real|framed)-/.test(name)).sort()
  for (const file of files) {
    const image = await decodeGrayPng(join(from, 'images/val', file))
    const { width, height } = image
    const label = await readFile(join(from, 'labels/val', file.replace('.png', '.txt')), 'utf8')
    const [, x, y, w, h] = label.split(' ').map(Number)
    const truth = { x: (x - w / 2) * width, y: (y - h / 2) * height, width: w * width, height: h * height }
    yield { name: file, groups: [file.split('-')[0]], image, truth }
  }
}
