import { join } from 'node:path'
import { expect, test } from 'vitest'
import { preprocessHash, preprocessImage } from '../src/index.ts'
import { dicomFile } from './dicom-file.ts'
import { temporaryFolder, write } from './temporary-folder.ts'

/** Images of 96 x 128 pixels, whose breast is some 58 x 102. */
async function made(elements: Record<string, string>, mmPerPixel: number | undefined, size = {}) {
  const path = join(await temporaryFolder(), 'a.dcm')
  await write(path, dicomFile({ elements, ...size }))
  return preprocessImage(path, { height: 256, width: 128, ...(mmPerPixel && { mmPerPixel }) })
}

test('pixels of the result are mmPerPixel apart, whatever the size of the frame', async () => {
  const coarse = await made({ '00181164 DS': '0.2\\0.2' }, 0.4)
  expect(coarse.placement.scaleX).toBeCloseTo(0.5, 1)
  const fine = await made({ '00181164 DS': '0.1\\0.1' }, 0.4, { width: 192, height: 256 })
  expect(fine.placement.scaleX).toBeCloseTo(0.25, 1)
  expect(fine.reason).toBe('')
  expect((await made({}, undefined)).placement.scaleX).toBeGreaterThan(2)
})

test('the spacing in the breast is that at the detector over the magnification; Pixel Spacing is taken where there is no other', async () => {
  const frame = { width: 480, height: 640 }
  const magnified = await made({ '00181164 DS': '0.24\\0.24', '00181114 DS': '1.2' }, 0.8, frame)
  const plain = await made({ '00280030 DS': '0.24\\0.24', '00181114 DS': '1.2' }, 0.8, frame)
  expect(magnified.placement.scaleX).toBeCloseTo(0.25, 2)
  expect(plain.placement.scaleX).toBeCloseTo(0.3, 2)
})

test('a breast that is too large for the result at this scale is fitted, with a reason', async () => {
  const { reason } = await made({ '00181164 DS': '0.2\\0.2' }, 0.3, { width: 960, height: 1280 })
  expect(reason).toMatch(/does not fit the frame at 0.3 mm per pixel/)
})

test.each([
  [{}, 'scale:unknown'],
  [{ '00181164 DS': '0.1\\0.2' }, 'scale:not-square'],
])('is fitted with a warning where the header has %o', async (elements, warning) => {
  const fitted = await made(elements as Record<string, string>, 0.4)
  expect(fitted.warnings).toContain(warning)
  expect(fitted.placement.scaleX).toBeGreaterThan(2)
})

test('is part of the hash, which it leaves alone where it is not given', () => {
  expect(preprocessHash({ mmPerPixel: 0.4 })).not.toBe(preprocessHash())
  expect(preprocessHash({ mmPerPixel: undefined })).toBe(preprocessHash())
  expect(() => preprocessHash({ mmPerPixel: 0 })).toThrow(/mmPerPixel/)
})
