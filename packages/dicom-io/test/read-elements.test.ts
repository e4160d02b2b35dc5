import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readElements, writeDicom } from '../src/index.ts'

const reportPath = `${process.env.MAMMOKIT_TEST_DATA}/dicom/pydicom/reportsi.dcm`

test('reads a data set without an image, its meta information and its sequences', async () => {
  const elements = await readElements(
    writeDicom([
      { tag: '00080016', vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.88.34' },
      { tag: '00080018', vr: 'UI', value: '2.25.1' },
      { tag: '0040A730', vr: 'SQ', value: [[{ tag: '0040A160', vr: 'UT', value: 'Text' }]] },
    ]),
  )
  expect(elements.text('00020002')).toBe('1.2.840.10008.5.1.4.1.1.88.34')
  expect(elements.items('0040A730')[0]!.text('0040A160')).toBe('Text')
})

test('names a file that is no DICOM, and one that is not there', async () => {
  await expect(readElements(Buffer.from('no data set'))).rejects.toMatchObject({ code: 'not-dicom' })
  await expect(readElements('/nowhere/IM1')).rejects.toMatchObject({ code: 'io', details: { path: '/nowhere/IM1' } })
})

test.skipIf(!existsSync(reportPath))(
  'MAMMOKIT_TEST_DATA/dicom/pydicom/reportsi.dcm: reads the title of a report',
  async () => {
    const elements = await readElements(reportPath)
    expect(elements.text('00080060')).toBe('SR')
    expect(elements.items('0040A043')[0]!.text('00080104')).toBeDefined()
  },
)
