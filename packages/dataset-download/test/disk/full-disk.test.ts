import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../folder.ts'
import { kaggleServer } from '../kaggle-server.ts'
import { archiveOf, noise } from '../sample-files.ts'

const mayMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0
const files = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`${i}.bin`, noise(1 << 20, i)]))

/** The errors of a download to a disk of `megabytes`, of which `hogged` are taken as soon as it begins; and of one more with them freed. */
async function onDisk(served: object, megabytes: number, hogged: number) {
  const server = await kaggleServer({ files, ...served })
  const disk = join(temporaryFolder(), 'disk')
  mkdirSync(disk)
  const script = `
    import { execFileSync } from 'node:child_process'
    import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
    import { downloadDataset } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)}
    const [disk] = process.argv.slice(1)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=${megabytes}m', 'none', disk])
    let isHogged = ${hogged} === 0
    const onProgress = () => {
      if (!isHogged) writeFileSync(disk + '/hog', Buffer.alloc(${hogged} << 20))
      isHogged = true
    }
    const options = {
      source: { competition: 'x' }, to: disk + '/to', endpoint: '${server.endpoint}', onProgress,
      credentials: { authorization: 'Bearer secret', origin: 'test', readableByOthers: false },
    }
    const text = ({ code, message, details }) => ({ code, message, ...details })
    const first = await downloadDataset(options).catch(text)
    rmSync(disk + '/hog', { force: true })
    const second = await downloadDataset(options).catch(text)
    console.log(JSON.stringify({ first, second, names: existsSync(disk + '/to') ? readdirSync(disk + '/to') : [] }))`
  const node = [process.execPath, '--input-type=module', '-e', script, disk]
  const { stdout } = await promisify(execFile)('unshare', ['-rm', ...node])
  return JSON.parse(stdout)
}

test.skipIf(!mayMount)('a disk that is too small is told before anything is written (needs unshare)', async () => {
  const { first, names } = await onDisk({ archive: archiveOf(files).bytes }, 6, 0)
  expect(first.code).toBe('disk-full')
  expect(first.missingBytes).toBe(first.neededBytes - first.freeBytes)
  expect(names).toEqual([])
})

test.skipIf(!mayMount).each([
  ['an archive', { archive: archiveOf(files).bytes }],
  ['single files', {}],
])(
  'a disk that fills up meanwhile, %s: what is missing is told, and the next start ends whole (needs unshare)',
  async (_, served) => {
    const { first, second, names } = await onDisk(served, 16, 12)
    expect(first.code).toBe('disk-full')
    expect(first.missingBytes).toBeGreaterThan(3 << 20)
    expect(first.message).toMatch(
      /Free [\d.]+ MB more, or choose another folder, and start again; what is there is kept\.$/,
    )
    expect(second).toMatchObject({ files: 8, damaged: [] })
    expect(names.sort()).toEqual(['.download.json', ...Object.keys(files)])
  },
)
