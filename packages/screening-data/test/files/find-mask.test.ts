import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { boxOfMask, findMask } from '../../src/files/find-mask.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'
import { maskPixels, writePicture } from '../write-picture.ts'

const image = { width: 20, height: 30 }
const mask = writePicture([20, 30], 8, maskPixels(4, 5, 6, 7))
const crop = writePicture([6, 7], 16, { '0,0': 900, '1,0': 901, '2,0': 902 })

/** Writes the files as 1-1.dcm, 1-2.dcm ... and looks for the mask among them. */
async function found(...files: (Uint8Array | string)[]) {
  const folder = await temporaryFolder()
  const paths = files.map((_, at) => join(folder, `1-${at + 1}.dcm`))
  for (const [at, path] of paths.entries()) await write(path, files[at]!)
  return findMask(paths, image)
}

describe('boxOfMask', () => {
  test('holds the first and the last nonzero pixel of rows and columns', () => {
    const data = [0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 7, 0]
    expect(boxOfMask({ width: 4, height: 3, data })).toEqual({ box: { x: 2, y: 1, width: 2, height: 2 } })
    expect(boxOfMask({ width: 1, height: 1, data: [1] })).toEqual({ box: { x: 0, y: 0, width: 1, height: 1 } })
  })

  test('is none for nothing, and undefined for more than two values', () => {
    expect(boxOfMask({ width: 2, height: 2, data: [0, 0, 0, 0] })).toEqual({})
    expect(boxOfMask({ width: 2, height: 2, data: [0, 254, 255, 0] })).toBeUndefined()
  })
})

describe('findMask', () => {
  const box = { x: 4, y: 5, width: 6, height: 7 }

  test('tells the mask from the crop, whichever comes first', async () => {
    expect(await found(crop, mask)).toEqual({ box })
    expect(await found(mask, crop)).toEqual({ box })
  })

  test('tells it from a crop as large as the image by its two values', async () => {
    const large = writePicture([20, 30], 16, { '0,0': 900, '1,0': 901, '9,9': 902 })
    expect(await found(large, mask)).toEqual({ box })
    expect(await found(large)).toMatchObject({ fault: 'missing' })
  })

  test('a mask that is not as large as its image has no box', async () => {
    const other = writePicture([21, 30], 8, maskPixels(4, 5, 6, 7))
    expect(await found(crop, other)).toEqual({
      fault: 'size',
      message: 'the mask has 21x30 pixels, the image 20x30',
    })
  })

  test('neither has an empty one, nor none at all', async () => {
    expect(await found(crop, writePicture([20, 30]))).toMatchObject({ fault: 'empty' })
    expect(await found(crop)).toMatchObject({ fault: 'missing' })
    expect(await found()).toMatchObject({ fault: 'missing' })
  })

  test('a file that cannot be read hides no other, and is what is wrong where there is no other', async () => {
    expect(await found('no DICOM', mask)).toEqual({ box })
    expect(await found(mask.subarray(0, mask.length - 10), crop)).toMatchObject({ fault: 'unreadable' })
    expect(await found(crop, 'no DICOM')).toMatchObject({
      fault: 'unreadable',
      message: expect.stringContaining('1-2'),
    })
  })
})
