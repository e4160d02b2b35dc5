/** All packages together, packed, in the kinds of projects that people have. packages.test.ts has each of them alone. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { installPacked } from '../src/packages/install-packed.ts'
import { listPackages, workspaceRoot } from '../src/packages/pack.ts'

const run = promisify(execFile)
const project = mkdtempSync(join(tmpdir(), 'mammokit-consumer-'))
const names = (await listPackages()).map((folder) => `@mammokit/${folder}`)
const write = (name: string, text: string) => writeFileSync(join(project, name), text)

beforeAll(async () => {
  await installPacked(names, project)
  const types = join(project, 'node_modules', '@types')
  if (!existsSync(types)) symlinkSync(join(workspaceRoot, 'node_modules/@types'), types)
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

it('an ES module imports all of them', async () => {
  const lines = names.map(
    (name, index) => `import * as p${index} from '${name}'\nif (Object.keys(p${index}).length === 0) throw ''`,
  )
  write('all.mjs', `${lines.join('\n')}\nconsole.log('all')\n`)
  expect((await run('node', ['--no-warnings', 'all.mjs'], { cwd: project })).stdout).toBe('all\n')
})

it('a CommonJS module requires all of them, on a Node.js that can require ES modules', async () => {
  const lines = names.map((name) => `if (Object.keys(require('${name}')).length === 0) throw ''`)
  write('all.cjs', `${lines.join('\n')}\nconsole.log('all')\n`)
  expect((await run('node', ['--no-warnings', 'all.cjs'], { cwd: project })).stdout).toBe('all\n')
})

it.each([
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('TypeScript knows the types of all of them with module %s and resolution %s', async (module, moduleResolution) => {
  const lines = names.map(
    (name, index) => `import * as p${index} from '${name}'\nexport const q${index}: object = p${index}`,
  )
  write('all.ts', lines.join('\n'))
  const compilerOptions = { module, moduleResolution, target: 'es2022', strict: true, noEmit: true, skipLibCheck: true }
  write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { ...compilerOptions, types: ['node'] }, files: ['all.ts'] }),
  )
  const tsc = join(workspaceRoot, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run('node', [tsc, '-p', '.'], { cwd: project }).catch((error) => error)
  expect(stdout).toBe('')
})

it('vite builds a page of those that run in a browser', async () => {
  const pure = ['pf1-metric', 'data-split', 'seeded-random', 'augmentation', 'one-cycle-scheduler', 'focal-loss']
  const browser = ['dicom-io', 'mammogram-preprocess', 'roi-detector']
  const lines = [...pure, ...browser].map(
    (name, index) => `import * as p${index} from '@mammokit/${name}'\nconsole.log(p${index})`,
  )
  write('main.js', lines.join('\n'))
  write('index.html', '<script type="module" src="main.js"></script>')
  const vite = join(workspaceRoot, 'node_modules/vite/bin/vite.js')
  await run('node', [vite, 'build', '--logLevel', 'error'], { cwd: project })
  expect(readFileSync(join(project, 'dist/index.html'), 'utf8')).toContain('<script type="module"')
})
