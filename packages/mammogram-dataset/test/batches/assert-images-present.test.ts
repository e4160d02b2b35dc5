import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { assertImagesPresent } from '../../src/index.ts'
import { temporaryFolder } from '../data-set.ts'

test('passes files that hold something, and names those that are missing, empty or folders', async () => {
  const folder = await temporaryFolder()
  const rows = Array.from({ length: 200 }, (_, i) => ({ file: join(folder, `${i}.png`) }))
  for (const { file } of rows) await writeFile(file, 'x')
  await assertImagesPresent(rows)
  await writeFile(rows[7]!.file, '')
  await mkdir(join(folder, 'a'))
  const more = [
    ...rows,
    { file: join(folder, 'a') },
    { file: join(folder, 'none.png') },
    { file: join(folder, 'no.png') },
  ]
  await expect(assertImagesPresent(more)).rejects.toMatchObject({
    code: 'image-missing',
    details: { files: [rows[7]!.file, ...more.slice(200).map(({ file }) => file)] },
  })
  await expect(assertImagesPresent(more)).rejects.toThrow(
    `Expected 203 processed images but received 4 missing or empty ones: ${rows[7]!.file}, ${join(folder, 'a')}, ${join(folder, 'none.png')} and 1 more. Run extract-rois again`,
  )
})

test('passes no rows', () => assertImagesPresent([]))
