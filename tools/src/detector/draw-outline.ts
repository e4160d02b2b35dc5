import { type Box, breastMask, type GrayImage, intersectionOverUnion } from '@mammokit/roi-detector'

/**
 * A drawing of where a detector's box (orange) and the true one (green) lie about the outline of a breast: no pixel of the image is in it.
 *
 * @returns an SVG file
 */
export function drawOutline({ image, truth, box }: { image: GrayImage; truth: Box; box: Box | undefined }): string {
  const { width, height } = image
  const stroke = Math.max(width, height) / 150
  const rectangle = (one: Box, color: string) =>
    `<rect x="${one.x}" y="${one.y}" width="${one.width}" height="${one.height}" fill="none" stroke="${color}" stroke-width="${stroke}"/>`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-stroke} ${-stroke} ${width + 2 * stroke} ${height + 2 * stroke}" height="360">` +
    `<title>Intersection over union ${(box ? intersectionOverUnion(box, truth) : 0).toFixed(3)}</title>` +
    `<rect width="${width}" height="${height}" fill="#16181d"/><path d="${outline(image)}" fill="#8a8f98"/>` +
    `${rectangle(truth, '#3ddc84')}${box ? rectangle(box, '#ffb02e') : ''}</svg>\n`
  )
}

/** Down the left ends of the mask's rows and up the right ones, at most 100 of each. */
function outline(image: GrayImage): string {
  const mask = breastMask(image)
  if ('reason' in mask) return ''
  const step = Math.max(1, Math.ceil(mask.height / 100))
  const [left, right]: string[][] = [[], []]
  for (let y = 0; y < mask.height; y += step) {
    const row = mask.data.subarray(y * mask.width, (y + 1) * mask.width)
    if (!row.includes(1)) continue
    left.push(`${row.indexOf(1) * mask.factor},${y * mask.factor}`)
    right.unshift(`${(row.lastIndexOf(1) + 1) * mask.factor},${y * mask.factor}`)
  }
  return `M${[...left, ...right].join(' ')}Z`
}
