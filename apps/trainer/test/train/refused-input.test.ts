import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plainProgress } from '@mammokit/command-line'
import { readProcessedRows } from '@mammokit/screening-data'
import { parseCsv } from '@mammokit/strict-csv'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ConfigInput } from '../../src/config/config.ts'
import { train } from '../../src/train/train.ts'
import { writeProcessedPhantom } from '../processed-phantom.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { smallRun } from './small-run.ts'

let data = ''
beforeAll(async () => {
  data = await writeProcessedPhantom()
})

/** The rows of splits.csv that are in a subset. */
function rowsOf(subset: string): Record<string, string>[] {
  const { header, records } = parseCsv(readFileSync(join(data, 'processed/splits.csv'), 'utf8'), 'splits.csv')
  const rows = records.map(({ cells }) => Object.fromEntries(header.map((name, at) => [name, cells[at]])))
  return rows.filter((row) => row.subset === subset)
}

/** A copy of the data folder with another splits.csv or manifest.csv. */
function spoiled({ splits, manifest }: { splits?: (text: string) => string; manifest?: (text: string) => string }) {
  const folder = temporaryFolder()
  cpSync(data, folder, { recursive: true })
  const change = (name: string, edit: (text: string) => string = (text) => text) => {
    const path = join(folder, 'processed', name)
    writeFileSync(path, edit(readFileSync(path, 'utf8')))
  }
  change('splits.csv', splits)
  change('manifest.csv', manifest)
  return folder
}

describe('train refuses', () => {
  it('a device that this platform lacks, by name, before it makes the folder of the run', async () => {
    const device = process.platform === 'darwin' ? 'dml' : 'coreml'
    const config = smallRun(data, { device })
    await expect(train(config)).rejects.toMatchObject({ code: 'device-unavailable', details: { device } })
    expect(existsSync(config.run)).toBe(false)
  })

  it.each([
    [
      { image: { height: 64, width: 64 } },
      /Expected preprocess hash [0-9a-f]{16} \(this configuration\) but received [0-9a-f]{16}/,
    ],
    [{ training: { batchSize: 1000 } }, /Expected at least one batch of 1000 training images/],
    [
      { training: { lr: 1e30 } },
      /Expected a finite (loss|gradient) in step \d+, with learning rate .* and the images \d+, \d+, \d+, \d+, but received .* lower training\.lr and start again, for example with --lr 1e\+29\.$/,
    ],
    [{ data: '/nowhere' }, /Expected a file \/nowhere\/processed\/splits\.csv/],
    [
      { pretrained: '/nowhere.safetensors' },
      /Expected a file \/nowhere\.safetensors but received ENOENT\. Give a safetensors file, or the name of weights/,
    ],
    [
      { engine: 'tensorflow' },
      /Expected (@tensorflow\/tfjs-node to be installed|Node 20 or 22) for the engine tensorflow /,
    ],
    [
      { engine: 'tensorflow-gpu' },
      /@tensorflow\/tfjs-node-gpu(@4\.22\.0, or| 4\.22\.0 fails in every operator\.) use the engine onnxruntime/i,
    ],
  ] as const)('%j by name', async (more, message) => {
    await expect(train(smallRun(data, more as ConfigInput))).rejects.toThrow(message)
  })

  it('leaves out images that failed, and says how many and why', async () => {
    const id = rowsOf('train')[0].image_id
    const folder = spoiled({ manifest: (text) => text.replace(new RegExp(`^(${id},.*),ok,`, 'm'), '$1,failed,') })
    const said: string[] = []
    const config = smallRun(data, { data: folder, training: { epochs: 1 } })
    await train(config, { progress: plainProgress((line) => said.push(line)) })
    expect(said[0]).toContain(', 1 left out')
    expect(said[1]).toMatch(
      new RegExp(`^1 of \\d+ images \\(\\d\\.\\d %\\) left out: 1 failed in extract-rois \\(${id}\\)\\.$`),
    )
  })

  it('more than a tenth of the rows without an image, unless told to leave them out', async () => {
    const folder = spoiled({ manifest: (text) => text.replaceAll(/^(\d*[02468],.*),ok,/gm, '$1,failed,') })
    await expect(train(smallRun(data, { data: folder }))).rejects.toThrow(
      /at least 90 % of the rows but received \d+ of \d+ images/,
    )
    const allowed = smallRun(data, { data: folder, maxLeftOut: 1, training: { epochs: 1, batchSize: 1 } })
    expect((await train(allowed)).epochs).toBe(1)
  })

  it.each<[string, (text: string) => string, RegExp]>([
    ['a patient in two subsets', (text) => text.replace(',train,', ',val,'), /Expected one subset for patient \d+ in /],
    ['a patient in two folds', (text) => text.replace(',train,0', ',train,1'), /Expected one fold for patient \d+ in /],
    [
      'an id that a spreadsheet rewrote',
      (text) => text.replaceAll(/^(\d+,\d+,\d+),/gm, '$1.0,'),
      /Expected image_id (\d+) in .*splits.csv but received \1\.0 \(and \d+ more\): it became a decimal number/,
    ],
    [
      'no image with cancer in train',
      (text) => text.replaceAll(/^((?:[^,]*,){6})1,(.*,train,\d)/gm, '$10,$2'),
      /Expected images with and without cancer in train but received 0 with and \d+ without\. Split again/,
    ],
  ])('%s', async (_, splits, message) => {
    await expect(train(smallRun(data, { data: spoiled({ splits }) }))).rejects.toThrow(message)
  })

  it('no val of one class, but says what is undefined', async () => {
    const folder = spoiled({ splits: (text) => text.replaceAll(/^((?:[^,]*,){6})1,(.*,val,\d)/gm, '$10,$2') })
    const said: string[] = []
    const config = smallRun(data, { data: folder, training: { epochs: 1 } })
    await train(config, { progress: plainProgress((line) => said.push(line)) })
    expect(said[1]).toBe(
      'val has no image with cancer: its ROC AUC is undefined and no threshold can be chosen on it. Split again.',
    )
  })

  it('a processed image that was altered or is gone, with its path; a missing or cut one before the run starts', async () => {
    const { rows } = await readProcessedRows(data, { subsets: ['val'] })
    const { file } = rows.at(-1)!
    const png = readFileSync(file)
    writeFileSync(file, readFileSync(rows[0]!.file))
    const altered = { code: 'image-altered', details: { path: file } }
    await expect(train(smallRun(data, { training: { epochs: 1 } }))).rejects.toMatchObject(altered)
    const spoils = [() => writeFileSync(file, ''), () => writeFileSync(file, png.subarray(0, 200)), () => rmSync(file)]
    for (const spoil of spoils) {
      spoil()
      const config = smallRun(data, { training: { epochs: 1 } })
      await expect(train(config)).rejects.toMatchObject({ code: 'image-missing', details: { files: [file] } })
      expect(existsSync(config.run)).toBe(false)
    }
    writeFileSync(file, png)
  })

  it('a manifest that does not say what the images were, with the command that does', async () => {
    const manifest = join(data, 'processed/manifest.csv')
    const text = readFileSync(manifest, 'utf8')
    writeFileSync(manifest, text.replace('image_sha256', 'image_hash'))
    await expect(train(smallRun(data))).rejects.toThrow('mammokit-trainer extract-rois')
    writeFileSync(manifest, text)
  })
})
