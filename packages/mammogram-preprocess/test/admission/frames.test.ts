import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildDicom, imageElements, samplesToBytes } from '../../../dicom-io/test/build-dicom.ts'
import { type PreprocessOptions, preprocessHash, preprocessImage } from '../../src/index.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

const [width, height] = [48, 64]
// A ramp is no breast on black.
const admission = { polarity: 'warn' } as const
const options = { height, width, method: 'full-frame', margin: 0, resolutionLevel: 0, admission } as const

/** Frame k has a ramp of the height k + 1, so that each projection is another picture. */
async function slices(count: number, elements = {}): Promise<string> {
  const pixels = new Uint16Array(count * width * height)
  for (let at = 0; at < pixels.length; at++) {
    const [frame, pixel] = [Math.floor(at / (width * height)), at % (width * height)]
    pixels[at] = ((pixel * (frame + 1)) % 3000) + frame
  }
  const bytes = buildDicom(
    imageElements(height, width, {
      '00080016 UI': '1.2.840.10008.5.1.4.1.1.13.1.3',
      '00080060 CS': 'MG',
      '00080068 CS': 'FOR PRESENTATION',
      '00280008 IS': String(count),
      '00281050 DS': '2048',
      '00281051 DS': '4096',
      '00281056 CS': 'LINEAR_EXACT',
      ...elements,
    }),
    { pixelData: samplesToBytes(pixels) },
  )
  const path = join(await temporaryFolder(), 'slices.dcm')
  await write(path, bytes)
  return path
}

/** Gray level of a stored value: a window over 4096. */
const gray = (stored: number) => Math.round((stored / 4096) * 65_535)
const stored = (frame: number, pixel: number) => ((pixel * (frame + 1)) % 3000) + frame

async function made(path: string, frame?: PreprocessOptions['frame']) {
  const { image, warnings } = await preprocessImage(path, { ...options, ...(frame === undefined ? {} : { frame }) })
  return { data: image.data, warnings: warnings.filter((warning) => warning.startsWith('source:')) }
}

test('several frames, and tomosynthesis of one, are refused with their number where no frame is chosen', async () => {
  await expect(made(await slices(3))).rejects.toMatchObject({
    code: 'not-admitted',
    message: expect.stringMatching(/received tomosynthesis with 3\. Set frame/),
    details: { check: 'frames', warnings: ['frames:3'] },
  })
  await expect(made(await slices(1))).rejects.toMatchObject({ details: { check: 'frames' } })
  const mammogram = { '00080016 UI': '1.2.840.10008.5.1.4.1.1.1.2' }
  await expect(made(await slices(2, mammogram))).rejects.toMatchObject({ details: { check: 'frames' } })
  expect((await made(await slices(1, mammogram))).warnings).toEqual([])
})

test('a frame by its index or the middle is that frame, exactly, and the row says which', async () => {
  const path = await slices(5)
  for (const [frame, index] of [
    [0, 0],
    [4, 4],
    ['middle', 2],
  ] as const) {
    const { data, warnings } = await made(path, frame)
    expect(warnings).toEqual(['source:tomosynthesis', `source:frame-${index}-of-5`])
    expect(data).toEqual(Uint16Array.from(data, (_, pixel) => gray(stored(index, pixel))))
  }
  await expect(made(path, 5)).rejects.toMatchObject({
    message: expect.stringContaining('a frame below 5 but received 5'),
  })
})

test('a projection is the largest or the mean stored value of all frames at each pixel', async () => {
  const path = await slices(5)
  const frames = [0, 1, 2, 3, 4]
  const { data: maximum, warnings } = await made(path, 'maximum')
  expect(warnings).toEqual(['source:tomosynthesis', 'source:maximum-of-5-frames'])
  expect(maximum).toEqual(
    Uint16Array.from(maximum, (_, pixel) => gray(Math.max(...frames.map((at) => stored(at, pixel))))),
  )
  const { data: mean } = await made(path, 'mean')
  const meanOf = (pixel: number) => Math.round(frames.reduce((sum, at) => sum + stored(at, pixel), 0) / 5)
  expect(mean).toEqual(Uint16Array.from(mean, (_, pixel) => gray(meanOf(pixel))))
})

test('the brightest of a MONOCHROME1 image is its smallest stored value', async () => {
  const { data } = await made(await slices(3, { '00280004 CS': 'MONOCHROME1' }), 'maximum')
  const smallest = (pixel: number) => Math.min(...[0, 1, 2].map((at) => stored(at, pixel)))
  expect(data).toEqual(Uint16Array.from(data, (_, pixel) => 65_535 - gray(smallest(pixel))))
})

test('the choice of a frame is part of the hash, admission is not', () => {
  expect(preprocessHash({ frame: 'middle' })).not.toBe(preprocessHash({}))
  expect(preprocessHash({ frame: 0 })).not.toBe(preprocessHash({ frame: 'middle' }))
  expect(preprocessHash({ admission: { intent: 'warn' } })).toBe(preprocessHash({}))
})
