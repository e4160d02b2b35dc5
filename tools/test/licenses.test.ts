import { expect, it } from 'vitest'
import { productionDependencies } from '../src/packages/licenses.ts'

/** Licenses under which code may be used together with code under the MIT license, without a condition on the whole. */
const permissive = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
  'Zlib',
]

/** Packages under the LGPL: libvips is a library of its own, which sharp loads and anybody may replace. */
const libvips = /^@img\/sharp-(libvips-|win32-|wasm32)/

it('every production dependency has a license that goes with MIT; of the LGPL there is libvips alone', async () => {
  const dependencies = await productionDependencies()
  const wrong = dependencies.filter(({ name, license = 'none' }) => {
    const parts = license.replace(/[()]/g, '').split(/ AND | OR /)
    const allowed = libvips.test(name) ? [...permissive, 'LGPL-3.0-or-later'] : permissive
    return !parts.every((part) => allowed.includes(part))
  })
  expect(wrong).toEqual([])
  const names = dependencies.map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining([
      'onnxruntime-node',
      'sharp',
      '@img/sharp-libvips-linux-x64',
      'zod',
      '@tensorflow/tfjs-core',
    ]),
  )
  expect(names).not.toContain('vitest')
})
