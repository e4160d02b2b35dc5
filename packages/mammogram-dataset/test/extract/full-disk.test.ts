import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { extractRois } from '../../src/index.ts'
import { hashes, rsnaDataSet, temporaryFolder } from '../data-set.ts'

const mayMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0

test.skipIf(!mayMount)(
  'a disk of 32 kB that fills up is a clear error, leaves no half-written image, and a larger one is gone on with (needs unshare)',
  async () => {
    const { dataDir } = await rsnaDataSet(16)
    const disk = await temporaryFolder()
    const outputDir = join(disk, 'out')
    // One image at a time in each worker: some are recorded before the disk is full.
    const config = { dataDir, options: { height: 64, width: 32 }, workers: 2, detectionBatch: 1, recordSeconds: false }
    const whole = join(dataDir, 'whole')
    await extractRois({ ...config, outputDir: whole })
    // The disk is seen within the process only: what is on it is copied out.
    const script = `
      import { execFileSync } from 'node:child_process'
      import { extractRois } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}
      const [disk, outputDir, left, made] = process.argv.slice(1)
      const mount = (options) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', disk])
      const run = () => extractRois({ ...${JSON.stringify(config)}, outputDir })
      mount('size=32k')
      const error = await run().catch(({ code, message }) => ({ code, message }))
      execFileSync('cp', ['-r', outputDir, left])
      mount('remount,size=10m')
      const { ok, skipped } = await run()
      execFileSync('cp', ['-r', outputDir, made])
      console.log(JSON.stringify({ error, ok, skipped }))`
    const [left, made] = [join(dataDir, 'left'), join(dataDir, 'made')]
    const node = [process.execPath, '--input-type=module', '-e', script, disk, outputDir, left, made]
    const { error, ok, skipped } = JSON.parse(execFileSync('unshare', ['-rm', ...node], { encoding: 'utf8' }))
    expect(error.code).toBe('cannot-write')
    expect(error.message).toMatch(/received ENOSPC\. The disk is full: free some space and start again/)
    const expected = await hashes(whole)
    const images = Object.entries(await hashes(left)).filter(([path]) => path.startsWith('images/'))
    expect(images.length).toBeGreaterThan(0)
    for (const [path, hash] of images) expect(hash, path).toBe(expected[path])
    expect(ok).toBe(16)
    expect(skipped).toBeGreaterThan(0)
    expect(await hashes(made)).toEqual(expected)
  },
)
