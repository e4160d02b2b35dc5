import { expect, test } from 'vitest'
import { readHeader, viewOf } from '../../src/index.ts'
import { buildDicom, type Elements, imageElements } from '../build-dicom.ts'

const code = (value: string) => ({ '00540220 SQ': [{ '00080100 SH': value }] })

test.each<[Elements, string | undefined]>([
  [{ '00185101 CS': 'MLO' }, 'MLO'],
  [{ '00185101 CS': 'cc ' }, 'CC'],
  [{ '00185101 CS': 'AT' }, 'AT'],
  [{ '00185101 CS': '=1+1' }, undefined],
  [{ '00185101 CS': 'UNKNOWN', ...code('399162004') }, 'CC'],
  [code('R-10226'), 'MLO'],
  [{}, undefined],
])('the view of %o is %s', async (elements, view) => {
  const file = buildDicom(imageElements(2, 2, elements), { pixelData: new Uint8Array(8) })
  expect(viewOf(await readHeader(file))).toBe(view)
})
