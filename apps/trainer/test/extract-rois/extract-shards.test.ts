import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainProgress } from '@mammokit/command-line'
import { readManifest } from '@mammokit/screening-data'
import { withFolderLock } from '@mammokit/training-run'
import { beforeAll, expect, it, vi } from 'vitest'
import { parseConfig } from '../../src/config/config.ts'
import { extractRois } from '../../src/extract-rois/extract-rois.ts'
import { phantom } from '../../src/phantom/phantom.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const data = temporaryFolder()
const processed = (name: string) => join(data, 'processed', name)
const config = (extraction: { shard?: string; contactSheet?: boolean }) =>
  parseConfig({
    data,
    workers: 1,
    phantom: { patients: 2, height: 128 },
    image: { height: 64, width: 32 },
    extraction,
  })

beforeAll(() => phantom(config({})))

it('the last of two shards writes the manifest of all images', async () => {
  await extractRois(config({ shard: '0/2' }))
  expect(existsSync(processed('manifest.csv'))).toBe(false)
  vi.stubEnv('SLURM_ARRAY_TASK_ID', '2')
  vi.stubEnv('SLURM_ARRAY_TASK_MIN', '1')
  vi.stubEnv('SLURM_ARRAY_TASK_MAX', '2')
  vi.stubEnv('SLURM_ARRAY_TASK_COUNT', '2')
  const lines: string[] = []
  await extractRois(config({ shard: 'auto' }), { progress: plainProgress((line) => lines.push(line)) })
  vi.unstubAllEnvs()
  expect(lines.join('\n')).toContain('all shards are done')
  expect(await readManifest(processed('manifest.csv'))).toHaveLength(8)
})

it('auto refuses an array that is not the whole one, by the shards that are there; auto/2 makes the shard of its id', async () => {
  vi.stubEnv('SLURM_ARRAY_TASK_ID', '1')
  vi.stubEnv('SLURM_ARRAY_TASK_MIN', '1')
  vi.stubEnv('SLURM_ARRAY_TASK_MAX', '1')
  vi.stubEnv('SLURM_ARRAY_TASK_COUNT', '1')
  await expect(extractRois(config({ shard: 'auto' }))).rejects.toThrow(
    /^Expected shards of 1 .* received manifest\.shard-0-of-2\.csv, manifest\.shard-1-of-2\.csv\. .*auto\/8/,
  )
  const { manifestPath } = await extractRois(config({ shard: 'auto/2' }))
  vi.unstubAllEnvs()
  expect(manifestPath).toBe(processed('manifest.shard-1-of-2.csv'))
})

it('shards made again with other options wait for each other, and those of another count are named', async () => {
  const lines: string[] = []
  const run = (shard: string) => {
    const other = parseConfig({ ...config({ shard }), preprocess: { margin: 0.1 }, redo: true })
    return extractRois(other, { progress: plainProgress((line) => lines.push(line)) })
  }
  const { preprocessHash } = await run('0/2')
  expect(lines.join('\n')).toContain('Waiting for shard 1 of 2. The shard that ends last writes manifest.csv.')
  writeFileSync(processed('manifest.shard-2-of-3.csv'), readFileSync(processed('manifest.shard-0-of-2.csv')))
  await run('1/2')
  expect(lines.join('\n')).toContain('all shards are done')
  expect(lines.join('\n')).toContain('of another count as well; delete them: manifest.shard-2-of-3.csv')
  const rows = await readManifest(processed('manifest.csv'))
  expect(new Set(rows.map((row) => row.preprocessHash))).toEqual(new Set([preprocessHash]))
  expect(rows).toHaveLength(8)
  rmSync(processed('manifest.csv'))
  for (const index of [0, 1]) rmSync(processed(`manifest.shard-${index}-of-2.csv`))
  rmSync(processed('manifest.shard-2-of-3.csv'))
})

it('a second extraction of the same images says who is at work, one of other images is not in its way', async () => {
  await withFolderLock(processed(''), { doing: 'extracts', name: 'extract-rois' }, async () => {
    const second = extractRois(config({}))
    await expect(second).rejects.toMatchObject({ code: 'run-in-use' })
    await expect(second).rejects.toThrow(`process ${process.pid}`)
    await extractRois({ ...config({ shard: '0/1' }), redo: true })
  })
  await extractRois(config({}))
  expect(readdirSync(processed('')).filter((name) => name.startsWith('extract-rois'))).toEqual([])
})

it('a data folder that is not there is not made', async () => {
  const missing = join(data, 'missing')
  await expect(extractRois({ ...config({}), data: missing })).rejects.toMatchObject({ code: 'no-images' })
  expect(existsSync(missing)).toBe(false)
})

it('auto without the variables of Slurm or Kubernetes, and a shard that is none, are refused', async () => {
  await expect(extractRois(config({ shard: 'auto/4' }))).rejects.toThrow('SLURM_ARRAY_TASK_ID')
  await expect(extractRois(config({ shard: '4/4' }))).rejects.toThrow('Expected a shard from 0 to 3 of 4')
  expect(() => config({ shard: 'first' })).toThrow(
    'Expected a value such as 0/8, auto, auto/8 or null for extraction.shard',
  )
})

it('writes the contact sheet on request', async () => {
  await extractRois(config({ contactSheet: true }))
  expect(readFileSync(processed('contact-sheet.html'), 'utf8')).toContain('Lowest scores')
})
