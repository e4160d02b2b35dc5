import { expect, test } from 'vitest'
import { lateralityOf, readHeader } from '../../src/index.ts'
import { buildDicom, imageElements } from '../build-dicom.ts'

test.each([
  [{ '00200062 CS': 'R' }, 'R'],
  [{ '00200060 CS': 'L' }, 'L'],
  [{ '00200060 CS': 'L', '00200062 CS': 'R' }, 'R'],
  [{ '00200062 CS': 'B', '00200060 CS': 'R' }, undefined],
  [{ '00200062 CS': 'X', '00200060 CS': 'R' }, 'R'],
  [{}, undefined],
])('the side of %o is %s', async (elements, side) => {
  const file = buildDicom(imageElements(2, 2, elements), { pixelData: new Uint8Array(8) })
  expect(lateralityOf(await readHeader(file))).toBe(side)
})
