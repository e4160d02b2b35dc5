import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('./train-on-provider.mjs', import.meta.url))
const built = new URL('../../dist/index.js', import.meta.url)

/** Chromium's software implementation of Vulkan is adapter enough where there is no GPU. */
const swiftShader = '/usr/lib/chromium'

test('a training step on webgpu equals the one on the CPU, |delta| <= 1e-4', async (context) => {
  if (!existsSync(built)) context.skip('the package is not built')
  const env = existsSync(`${swiftShader}/vk_swiftshader_icd.json`)
    ? {
        XDG_RUNTIME_DIR: '/tmp',
        VK_ICD_FILENAMES: `${swiftShader}/vk_swiftshader_icd.json`,
        LD_LIBRARY_PATH: swiftShader,
      }
    : {}
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'webgpu'], {
    env: { ...env, ...process.env },
  })
  const { here, there } = JSON.parse(stdout)
  if (there.executionProvider !== 'webgpu') context.skip(`no adapter: ${there.fallbacks[0]?.reason.slice(0, 200)}`)
  for (const [i, loss] of here.losses.entries()) expect(Math.abs(there.losses[i] - loss)).toBeLessThanOrEqual(1e-4)
  for (const [i, weight] of here.weights.entries())
    expect(Math.abs(there.weights[i] - weight)).toBeLessThanOrEqual(1e-4)
})
