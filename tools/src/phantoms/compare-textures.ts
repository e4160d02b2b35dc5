/**
 * Texture of the processed images of data folders side by side, by density class, figures only:
 * `node tools/dist/phantoms/compare-textures.js DATA [DATA ...]`.
 */
import { join } from 'node:path'
import { decodeGrayPng } from '@mammokit/mammogram-preprocess/png'
import { readUnsplitRows } from '@mammokit/screening-data'
import { measureTexture, type Texture } from './texture.ts'

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('Usage: compare-textures DATA [DATA ...]')
  process.exit(2)
}

console.log('| data | density | images | slope | gradient kurtosis | lacunarity | 10 % | 50 % | 90 % |')
console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |')
for (const folder of folders) {
  const { rows } = await readUnsplitRows(folder)
  const byDensity = new Map<string, Texture[]>()
  for (const { file, columns } of rows) {
    const { data, width, height } = await decodeGrayPng(file)
    const texture = measureTexture({ data: Float64Array.from(data, (value) => value / 65_535), width, height })
    for (const density of ['all', columns.density || 'unknown']) {
      byDensity.set(density, [...(byDensity.get(density) ?? []), texture])
    }
  }
  for (const [density, textures] of [...byDensity].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const median = (of: (texture: Texture) => number): string => {
      const values = textures
        .map(of)
        .filter(Number.isFinite)
        .sort((a, b) => a - b)
      return (values[values.length >> 1] ?? Number.NaN).toFixed(2)
    }
    const cells = [median((texture) => texture.slope), median((texture) => texture.gradientKurtosis)]
    cells.push(median((texture) => texture.lacunarity))
    cells.push(...[0, 4, 8].map((i) => median((texture) => texture.deciles[i]!)))
    console.log(`| ${[join(folder), density, textures.length, ...cells].join(' | ')} |`)
  }
}
