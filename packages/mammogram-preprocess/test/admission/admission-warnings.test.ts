import { join } from 'node:path'
import { readHeader } from '@mammokit/dicom-io'
import { expect, test } from 'vitest'
import { admissionWarnings, isPictureFile } from '../../src/index.ts'
import { dicomFile } from '../dicom-file.ts'
import { temporaryFolder, write } from '../temporary-folder.ts'

test('gives what a header has against an image, refused or not, and nothing for a mammogram for presentation', async () => {
  const of = async (elements: Record<string, string>) =>
    admissionWarnings(
      await readHeader(dicomFile({ elements: { '00080016 UI': '1.2.840.10008.5.1.4.1.1.1.2', ...elements } })),
    )
  expect(await of({})).toEqual([])
  expect(await of({ '00080068 CS': 'FOR PROCESSING', '00281350 CS': 'YES' })).toEqual([
    'intent:for-processing',
    'derived:partial-view',
  ])
})

test('tells pictures from other files by their first bytes', async () => {
  const folder = await temporaryFolder()
  await write(join(folder, 'a.dcm'), Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
  await write(join(folder, 'b.png'), dicomFile())
  expect(await isPictureFile(join(folder, 'a.dcm'))).toBe(true)
  expect(await isPictureFile(join(folder, 'b.png'))).toBe(false)
  expect(await isPictureFile(join(folder, 'nothing'))).toBe(false)
})
