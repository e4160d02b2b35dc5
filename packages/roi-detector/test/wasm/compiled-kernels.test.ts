import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { compiledKernels } from '../../src/wasm/compiled-kernels.ts'

const packageFolder = fileURLToPath(new URL('../../', import.meta.url))

test('the compiled kernels are what the compiler makes of their source', { timeout: 120_000 }, async () => {
  const { scripts } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'))
  const folder = await mkdtemp(join(tmpdir(), 'roi-detector-kernels-'))
  try {
    const file = join(folder, 'kernels.wasm')
    const [command] = scripts['build:kernels'].replace(/--outFile \S+/, `--outFile ${file}`).split(' && ')
    const { status, stderr } = spawnSync('npx', ['--no-install', ...command.split(' ')], { cwd: packageFolder })
    expect(status, String(stderr)).toBe(0)
    expect((await readFile(file)).toString('base64')).toBe(compiledKernels)
  } finally {
    await rm(folder, { recursive: true })
  }
})
