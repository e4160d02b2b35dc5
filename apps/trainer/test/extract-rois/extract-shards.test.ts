import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainProgress } from '@mammokit/command-line'
import { readManifest } from '@mammokit/screening-data'
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
  vi.stubEnv('SLURM_ARRAY_TASK_COUNT', '2')
  const lines: string[] = []
  await extractRois(config({ shard: 'auto' }), { progress: plainProgress((line) => lines.push(line)) })
  vi.unstubAllEnvs()
  expect(lines.join('\n')).toContain('all shards are done')
  expect(await readManifest(processed('manifest.csv'))).toHaveLength(8)
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
