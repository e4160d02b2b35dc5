import { join } from 'node:path'
import { preprocessImage } from '@mammokit/mammogram-preprocess'
import { readManifest } from '@mammokit/screening-data'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { extractRois } from '../../src/index.ts'
import { temporaryFolder, write } from '../data-set.ts'

const options = { height: 64, width: 32, method: 'full-frame' } as const

test('pictures are made with what machines.csv says of them, and again when it says something else', async () => {
  const dataDir = await temporaryFolder()
  const raw = (name: string) => join(dataDir, 'raw', name)
  const pixels = Buffer.from(Array.from({ length: 64 * 64 }, (_, at) => (at % 64 < 30 ? 200 - (at % 7) : 5)))
  const jpeg = await sharp(pixels, { raw: { width: 64, height: 64, channels: 1 } })
    .jpeg()
    .toBuffer()
  await write(raw('one.jpg'), jpeg)
  await write(raw('rows.csv'), 'file,patient_id,image_id,laterality,view,machine_id\none.jpg,7,71,L,CC,29\n')
  const machines = (line: string) =>
    write(raw('machines.csv'), `machine_id,photometric_interpretation,frame_height,frame_width\n${line}\n`)
  const extract = () => extractRois({ dataDir, from: 'renderings', options, workers: 1 })

  await machines('29,MONOCHROME2,5355,4915')
  expect(await extract()).toMatchObject({ ok: 1, skipped: 0 })
  expect(await extract()).toMatchObject({ ok: 1, skipped: 1 })
  await machines('29,MONOCHROME2,4096,3328')
  expect(await extract()).toMatchObject({ ok: 1, skipped: 0 })

  const [row] = await readManifest(join(dataDir, 'processed', 'manifest.csv'))
  expect(row!.warnings).toEqual(['rendering:monochrome2', 'rendering:frame-4096x3328'])
  const made = await preprocessImage(raw('one.jpg'), options, {
    polarity: 'MONOCHROME2',
    frame: { height: 4096, width: 3328 },
  })
  const png = sharp(join(dataDir, 'processed', row!.file))
  const bytes = await png.toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer()
  expect(new Uint16Array(bytes.buffer, bytes.byteOffset, 32 * 64)).toEqual(made.image.data)
})
