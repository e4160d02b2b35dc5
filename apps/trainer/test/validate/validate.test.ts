import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readTrainCsv } from '@mammokit/screening-data'
import { beforeEach, expect, test } from 'vitest'
import { parseConfig, phantom, validate } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let data: string

beforeEach(async () => {
  data = join(temporaryFolder(), 'data')
  await phantom(parseConfig({ data, phantom: { patients: 4, prevalence: 0.5, height: 96 } }))
})

const settings = (more: object = {}) => parseConfig({ data, ...more })

/** What was written to the terminal, line by line. */
function recorded() {
  const lines: string[] = []
  const progress = { start() {}, update() {}, stop() {}, line: (text: string) => lines.push(text) }
  return { lines, context: { progress } }
}

test('a good set has a table on the terminal, a file for programs and a page, and nothing is wrong', async () => {
  const { lines, context } = recorded()
  const validation = await validate(settings({ strict: true, validation: { contents: true } }), context)
  expect(validation).toMatchObject({ images: 16, patients: 4, isOfContents: true, findings: [] })
  expect(lines.join('\n')).toMatch(/ {2}all +16 +8 +4 +2\n/)
  expect(lines.at(-2)).toBe('Nothing is wrong.')
  expect(JSON.parse(await readFile(join(data, 'processed/validation.json'), 'utf8'))).toEqual(validation)
  const page = await readFile(join(data, 'processed/validation.html'), 'utf8')
  expect(page).toContain('<h2>By machine</h2>')
  expect(page).not.toMatch(/<script|src=|https?:/)
})

test('errors end it after the files are written, and are named in them, on the terminal and in the error', async () => {
  const path = join(data, 'raw/train.csv')
  const [header, first, ...rows] = (await readFile(path, 'utf8')).split('\n')
  await writeFile(path, [header, first!.replace(/^(\w+,\w+),\d+/, '$1,77'), first, ...rows].join('\n'))
  const { lines, context } = recorded()
  const error = { code: 'data-invalid', message: expect.stringContaining('1 row has no file; more') }
  await expect(validate(settings({ maxLeftOut: 0 }), context)).rejects.toMatchObject(error)
  expect(lines.join('\n')).toContain('error: 1 row has no file; more')
  expect(lines.join('\n')).toContain('  image 77 (line 2 of train.csv): no file train_images/')
  expect(await readFile(join(data, 'processed/validation.html'), 'utf8')).toContain('image 77 (line 2 of train.csv)')
})

test('warnings fail it with --strict only', async () => {
  const [row] = await readTrainCsv(join(data, 'raw/train.csv'))
  const file = join(data, 'raw/train_images', row!.patientId, `${row!.imageId}.dcm`)
  await rm(file)
  expect((await validate(settings())).findings).toMatchObject([{ code: 'image-missing', severity: 'warning' }])
  await expect(validate(settings({ strict: true }))).rejects.toMatchObject({ code: 'data-invalid' })
})

test('damage within a file is found where files are read, and only there', async () => {
  const [row] = await readTrainCsv(join(data, 'raw/train.csv'))
  const file = join(data, 'raw/train_images', row!.patientId, `${row!.imageId}.dcm`)
  const bytes = await readFile(file)
  await writeFile(file, bytes.subarray(0, bytes.length / 2))
  expect((await validate(settings())).findings).toEqual([])
  const { findings } = await validate(settings({ validation: { contents: true } }))
  expect(findings).toMatchObject([{ code: 'unreadable-file', severity: 'warning', count: 1 }])
})
