import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeGrayPng } from '@mammokit/mammogram-preprocess'
import { expect, test } from 'vitest'
import { assertImagesPresent } from '../../src/index.ts'
import { temporaryFolder } from '../data-set.ts'

test('passes whole PNG files, and names those that are missing, empty, cut or folders', async () => {
  const folder = await temporaryFolder()
  const png = await encodeGrayPng({ data: new Uint16Array(4), width: 2, height: 2 })
  const rows = Array.from({ length: 200 }, (_, i) => ({ file: join(folder, `${i}.png`) }))
  for (const { file } of rows) await writeFile(file, png)
  await assertImagesPresent(rows)
  await writeFile(rows[7]!.file, '')
  await writeFile(rows[9]!.file, png.subarray(0, -4))
  await mkdir(join(folder, 'a'))
  const more = [
    ...rows,
    { file: join(folder, 'a') },
    { file: join(folder, 'none.png') },
    { file: join(folder, 'no.png') },
  ]
  await expect(assertImagesPresent(more)).rejects.toMatchObject({
    code: 'image-missing',
    details: { files: [rows[7]!.file, rows[9]!.file, ...more.slice(200).map(({ file }) => file)] },
  })
  await expect(assertImagesPresent(more)).rejects.toThrow(
    `Expected 203 processed images but received 5 missing or cut ones: ${rows[7]!.file}, ${rows[9]!.file}, ${join(folder, 'a')} and 2 more. Run extract-rois again`,
  )
})

test('passes no rows', () => assertImagesPresent([]))
