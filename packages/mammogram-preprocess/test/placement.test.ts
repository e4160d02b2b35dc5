import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildDicom, imageElements, samplesToBytes } from '../../dicom-io/test/build-dicom.ts'
import { encodeJpeg2000 } from '../../dicom-io/test/encode-frames.ts'
import { frameToImage, type GrayImage, imageToFrame, type Point, preprocessImage } from '../src/index.ts'
import { temporaryFolder, write } from './temporary-folder.ts'

const frame = { width: 640, height: 880 }

test('frameToImage and imageToFrame come back to the same position within 1e-6 px, mirrored or not', () => {
  for (let seed = 0; seed < 500; seed++) {
    const fraction = (salt: number) => ((seed * 7919 + salt * 104_729) % 1009) / 1009
    const scale = 0.05 + 2 * fraction(1)
    const placement = {
      box: { x: Math.floor(3000 * fraction(2)), y: Math.floor(3000 * fraction(3)), width: 1000, height: 2000 },
      scaleX: (scale + 0.001 * fraction(4)) * (seed % 2 ? -1 : 1),
      scaleY: scale,
      padX: 512 * fraction(5),
      padY: 100 * fraction(6),
    }
    const point = { x: 4000 * fraction(7), y: 5000 * fraction(8) }
    const back = imageToFrame(placement, frameToImage(placement, point))
    expect(Math.hypot(back.x - point.x, back.y - point.y), `seed ${seed}`).toBeLessThan(1e-6)
  }
})

const syntaxes = ['explicit little endian', 'JPEG 2000'] as const
const cases = syntaxes.flatMap((syntax) =>
  (['L', 'R'] as const).flatMap((side) =>
    (['keep', 'L', 'R'] as const).map((orientation) => ({ syntax, side, orientation })),
  ),
)

test.each(cases)(
  'a bright spot of a $side breast lies in the image where its placement says, within half a pixel: $syntax, orientation $orientation',
  async ({ syntax, side, orientation }) => {
    const spot = { x: side === 'L' ? 181.5 : frame.width - 181.5, y: 402.5 }
    const path = join(await temporaryFolder(), 'spot.dcm')
    await write(path, await spotFile(spot, side, syntax))
    const made = await preprocessImage(path, { height: 160, width: 80, orientation })
    expect(made.resolutionLevel).toBe(syntax === 'JPEG 2000' ? 1 : 0)
    expect(made.placement.scaleX < 0).toBe(orientation !== 'keep' && orientation !== side)

    const found = centroid(made.image)
    const wanted = frameToImage(made.placement, spot)
    expect(Math.abs(found.x - wanted.x)).toBeLessThan(0.5)
    expect(Math.abs(found.y - wanted.y)).toBeLessThan(0.5)
    const back = imageToFrame(made.placement, found)
    const half = 0.5 / Math.abs(made.placement.scaleX)
    expect(Math.hypot(back.x - spot.x, back.y - spot.y)).toBeLessThan(half)
  },
)

/** A half-ellipse of even tissue with a Gaussian spot twice as bright. */
async function spotFile(spot: Point, side: 'L' | 'R', syntax: (typeof syntaxes)[number]): Promise<Uint8Array> {
  const { width, height } = frame
  const pixels = new Uint16Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = side === 'L' ? x : width - 1 - x
      const isInside = (u / (0.6 * width)) ** 2 + ((y - 0.5 * height) / (0.4 * height)) ** 2 < 1
      const distance = Math.hypot(x + 0.5 - spot.x, y + 0.5 - spot.y)
      const light = 1000 + 1000 * Math.exp(-((distance / 20) ** 2))
      pixels[y * width + x] = isInside ? light : (x * 31 + y * 17) % 13
    }
  }
  const elements = imageElements(height, width, {
    '00280101 US': [12],
    '00280102 US': [11],
    '00080060 CS': 'MG',
    '00200062 CS': side,
  })
  if (syntax !== 'JPEG 2000') return buildDicom(elements, { pixelData: samplesToBytes(pixels) })
  const frames = [await encodeJpeg2000(pixels, { width, height, bits: 12 })]
  return buildDicom(elements, { transferSyntaxUid: '1.2.840.10008.1.2.4.90', pixelData: frames })
}

/** Of what is brighter than the tissue around the spot. */
function centroid({ data, width }: GrayImage): Point {
  const brightest = data.reduce((most, value) => Math.max(most, value))
  const floor = 0.75 * brightest
  let [sum, x, y] = [0, 0, 0]
  data.forEach((value, at) => {
    const weight = Math.max(0, value - floor)
    sum += weight
    x += weight * ((at % width) + 0.5)
    y += weight * (Math.floor(at / width) + 0.5)
  })
  return { x: x / sum, y: y / sum }
}
