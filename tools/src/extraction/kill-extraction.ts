/**
 * Kills an extraction at random moments and compares what it ends with to an undisturbed run: 400 phantom files, 20 of them damaged.
 *
 * usage: node tools/dist/extraction/kill-extraction.js FOLDER [KILLS = 3]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writePhantomDataset } from '@mammokit/mammogram-phantom'
import { listImages, readManifest } from '@mammokit/screening-data'

const [folder, kills = '3'] = process.argv.slice(2)
if (!folder) {
  console.error('Expected a folder to work in. usage: kill-extraction.js FOLDER [KILLS]')
  process.exit(2)
}
const raw = join(folder, 'raw')
await rm(raw, { recursive: true, force: true })
await writePhantomDataset({ outputDir: raw, patients: 100, height: 512, seed: 7 })
const images = (await listImages(folder)).map(({ path }) => path)
await damageEvery(20, images)
console.log(`${images.length} files, 20 of them damaged`)

const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')]
for (const path of [whole, killed]) await rm(path, { recursive: true, force: true })
await ended(extraction(whole))
const rows = await readManifest(join(whole, 'manifest.csv'))
for (const { source, reason } of rows.filter(({ status }) => status === 'failed')) console.log(`  ${source}: ${reason}`)

for (let kill = 0; kill < Number(kills); kill++) await killOnce(extraction(killed))
await ended(extraction(killed))
const [expected, found] = [await hashes(whole), await hashes(killed)]
const different = [...new Set([...expected.keys(), ...found.keys()])].filter(
  (path) => expected.get(path) !== found.get(path),
)
console.log(
  different.length === 0
    ? `the same ${expected.size} files, byte for byte`
    : `${different.length} files differ: ${different.slice(0, 5)}`,
)
process.exitCode = different.length === 0 ? 0 : 1

/** Each kind of damage in turn. */
async function damageEvery(step: number, paths: readonly string[]): Promise<void> {
  const kinds: ((path: string, bytes: Buffer) => Promise<void>)[] = [
    (path, { length }) => truncate(path, Math.floor(length / 2)),
    (path) => truncate(path, 0),
    (path) => rm(path),
    (path, bytes) => writeFile(path, bytes.fill(0)),
    (path, bytes) => writeFile(path, bytes.fill('x', 0, 600)),
    (path, bytes) => {
      for (let at = 700; at < bytes.length; at += 97) bytes[at] ^= 255
      return writeFile(path, bytes)
    },
    (path, bytes) => writeFile(path, bytes.fill(0, Math.floor(bytes.length / 3), Math.floor((2 * bytes.length) / 3))),
  ]
  const chosen = paths.filter((_, i) => i % step === 3)
  for (const [i, path] of chosen.entries()) await kinds[i % kinds.length](path, await readFile(path))
}

/** The extraction in a process of its own, which says how many images are done. */
function extraction(outputDir: string): ChildProcess {
  const config = { dataDir: folder, outputDir, workers: 2, recordSeconds: false, options: { height: 256, width: 128 } }
  const script = `
    import { extractRois } from ${JSON.stringify(import.meta.resolve('@mammokit/mammogram-dataset'))}
    await extractRois({ ...${JSON.stringify(config)}, onProgress: ({ done }) => process.stdout.write(done + '\\n') })`
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  return spawn(process.execPath, ['--input-type=module', '-e', script], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
}

async function killOnce(child: ChildProcess): Promise<void> {
  // At most a quarter of the images further, at any time between two of them.
  const share = Math.random() / 4
  let first: number | undefined
  child.stdout?.on('data', (chunk: Buffer) => {
    const done = Number(String(chunk).trim().split('\n').at(-1))
    first ??= done
    if (done < first + share * images.length) return
    child.stdout?.removeAllListeners('data').resume()
    setTimeout(() => child.kill('SIGKILL'), 300 * Math.random())
    console.log(`killing after ${done} images`)
  })
  await ended(child)
  if (child.signalCode !== 'SIGKILL') throw new Error(`Expected a killed process but it ended with ${child.exitCode}.`)
}

async function ended(child: ChildProcess): Promise<void> {
  child.stdout?.resume()
  await new Promise((resolve) => child.once('exit', resolve))
}

/** SHA-256 of each file below a folder. */
async function hashes(root: string): Promise<Map<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const found = new Map<string, string>()
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name)
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
    found.set(path.slice(root.length + 1), hash)
  }
  return found
}
