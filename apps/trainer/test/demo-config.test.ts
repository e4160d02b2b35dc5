import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseConfig } from '../src/index.ts'

it("the demo's network is one that timm loads with strict=True", () => {
  const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
  const { fusion, inputNormalization, ...model } = parseConfig(read('../configs/demo.json')).model
  const { models } = read('../../../packages/seresnext/test/fixtures/timm-loads.json')
  expect([fusion, inputNormalization]).toEqual([null, null])
  expect(models.demo.config).toMatchObject(model)
})
