import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import { preprocessImage } from '@mammokit/mammogram-preprocess'
import { intersectionOverUnion } from '@mammokit/roi-detector'
import { listImages } from '@mammokit/screening-data'
import { expect, onTestFinished, test } from 'vitest'

test('at the resolution that the crop needs a JPEG 2000 phantom gives the image of full resolution: box IoU >= 0.97, mean |delta| <= 2 % of white', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'mammokit-levels-'))
  onTestFinished(() => rm(dataDir, { recursive: true }))
  await writePhantomDataset({ outputDir: join(dataDir, 'raw'), patients: 3, height: 1024, seed: 19 })
  const size = { height: 256, width: 128 }
  let reduced = 0
  for (const { path } of await listImages(dataDir)) {
    const auto = await preprocessImage(path, size)
    // A phantom is a mammogram for presentation; nobody is behind its header, and the file says so.
    expect(auto.warnings).toEqual([])
    if (auto.resolutionLevel === 0) continue
    reduced++
    const full = await preprocessImage(path, { ...size, resolutionLevel: 0 })
    expect(full).toMatchObject({ resolutionLevel: 0, method: auto.method, side: auto.side })
    expect(auto.header!.rows / 2 ** auto.resolutionLevel).toBeGreaterThanOrEqual(size.height)
    expect(intersectionOverUnion(auto.placement.box, full.placement.box)).toBeGreaterThanOrEqual(0.97)
    const difference = auto.image.data.reduce((sum, value, at) => sum + Math.abs(value - full.image.data[at]), 0)
    expect(difference / auto.image.data.length).toBeLessThanOrEqual(1311)
  }
  expect(reduced).toBeGreaterThanOrEqual(3)
})
