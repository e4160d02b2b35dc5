/**
 * What `findBreast` loses when pictures are changed: a table of the variants in stress-variants.ts, for phantoms whose breasts are known,
 * and for folders of real mammograms (PNG, JPEG), whose breasts are the threshold method's on the unchanged picture: look at those first.
 * On standard error each loss of more than 5 %.
 *
 * usage: node tools/dist/detector/stress-roi.js [--every N] [FOLDER ...]
 */
import { findBreast } from '@mammokit/roi-detector'
import { phantoms, realMammograms } from './known-mammograms.ts'
import { type Stressed, stressVariants } from './stress-variants.ts'

interface Row {
  images: number
  /** Where more than 5 % of the breast is outside the box or blackened. */
  lost: number
  worst: number
  /** Area of the box by that of the breast's. */
  readonly ratios: number[]
  readonly outcomes: Map<string, number>
}

const args = process.argv.slice(2)
const every = args[0] === '--every' ? Number(args.splice(0, 2)[1]) : 1
const rows = new Map<string, Row>(
  Object.keys(stressVariants).map((name) => [name, { images: 0, lost: 0, worst: 0, ratios: [], outcomes: new Map() }]),
)
// Of a long measurement that is stopped, the table so far.
process.once('SIGINT', () => {
  print()
  process.exit(130)
})
for await (const picture of args.length > 0 ? realMammograms(args, every) : phantoms(every)) {
  for (const [name, change] of Object.entries(stressVariants))
    await measure(rows.get(name) as Row, change(picture), `${picture.name}, ${name}`)
}
print()

async function measure(row: Row, picture: Stressed, name: string): Promise<void> {
  const { box, mask, method, reason } = await findBreast(picture)
  const { width, height, breast } = picture
  const frame = box ?? { x: 0, y: 0, width, height }
  let [area, kept, left, right, top, bottom] = [0, 0, width, 0, height, 0]
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (breast[at] === 0) continue
      area++
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      bottom = y
      const isInBox = x >= frame.x && x < frame.x + frame.width && y >= frame.y && y < frame.y + frame.height
      const factor = mask?.factor ?? 1
      if (isInBox && (!mask || mask.data[Math.floor(y / factor) * mask.width + Math.floor(x / factor)] === 1)) kept++
    }
  }
  row.images++
  if (area > 0) {
    const loss = 1 - kept / area
    if (loss > 0.05) row.lost++
    if (loss > row.worst) row.worst = loss
    row.ratios.push((frame.width * frame.height) / ((right + 1 - left) * (bottom + 1 - top)))
  }
  const why = reason
    .replace(/^.*threshold: /, '')
    .split(/[:,]/)[0]
    .replace(/\d+(\.\d+)?/g, 'N')
  const outcome =
    method === 'yolov5' ? why || 'both agree' : method === 'threshold' ? 'threshold alone' : `full frame (${why})`
  row.outcomes.set(outcome, (row.outcomes.get(outcome) ?? 0) + 1)
  if (area > 0 && 1 - kept / area > 0.05)
    process.stderr.write(`${name}: ${(100 * (1 - kept / area)).toFixed(1)} % lost, ${method} ${reason}\n`)
}

function print(): void {
  console.log('| variant | images | lost > 5 % | worst loss | box by breast, median | outcomes |')
  console.log('| ------- | ------ | ---------- | ---------- | --------------------- | -------- |')
  for (const [name, { images, lost, worst, ratios, outcomes }] of rows) {
    ratios.sort((a, b) => a - b)
    const median = ratios.length > 0 ? ratios[ratios.length >> 1].toFixed(2) : '-'
    const list = [...outcomes].sort((a, b) => b[1] - a[1]).map(([what, count]) => `${count} ${what}`)
    const loss = ratios.length > 0 ? `${(100 * worst).toFixed(1)} %` : '-'
    console.log(`| ${name} | ${images} | ${lost} | ${loss} | ${median} | ${list.join(', ')} |`)
  }
}
