import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type AnswerMemory, analyzeStudies as analyzeChosen } from '../src/browser.ts'
import { analyzeStudies } from '../src/index.ts'
import { modelOf, temporaryFolder, write, writeStudy } from './study-files.ts'

const chosen = async (paths: readonly string[], isNamed = true) =>
  Promise.all(paths.map(async (path) => ({ path, isNamed, blob: new Blob([await readFile(path)]) })))

describe('analyzeStudies of files that were chosen in a page', () => {
  test('gives the result of Node.js for the same files, the unreadable and the foreign ones included', async () => {
    const folder = await temporaryFolder()
    const paths = await writeStudy(folder)
    const odd = { 'broken.dcm': 'no DICOM', 'notes.txt': 'notes' }
    for (const [name, text] of Object.entries(odd)) await write(join(folder, name), text)
    const all = [...paths, ...Object.keys(odd).map((name) => join(folder, name))].sort()
    const now = new Date(0)
    const probabilities = [0.9, 0.5, 0.2, 0.4]
    const { otherFiles, ...there } = await analyzeStudies([folder], modelOf(probabilities), { now })
    const here = await analyzeChosen(await chosen(all, false), modelOf(probabilities), { now })
    expect(here).toMatchObject(there)
    expect(here.otherFiles.map(({ file, code }) => [file, code])).toEqual(
      otherFiles.map(({ file, code }) => [file, code]),
    )
  })

  test('shows each admitted frame whole, and where the network sees something in it', async () => {
    const folder = await temporaryFolder()
    const [path] = await writeStudy(folder)
    const taken: unknown[] = []
    await analyzeChosen(await chosen([path!]), modelOf([0.9]), {
      onFrame: ({ image, frame }, facts) => taken.push([facts.path, image.data.length, frame]),
      onSeen: ({ map, chestWall }, facts) => taken.push([facts.path, map?.data.length, chestWall, facts.laterality]),
    })
    const [[, pixels, frame], seen] = taken as [[string, number, { height: number; width: number }], unknown]
    expect(pixels).toBe(frame.height * frame.width)
    expect(seen).toEqual([path, 8, 'L', 'L'])
  })

  test('does not compute again what earlier answers have, and gives the same result', async () => {
    const folder = await temporaryFolder()
    const paths = await writeStudy(folder)
    const now = new Date(0)
    const [first, ...later] = await chosen(paths)
    const all = [first!, ...later]
    const answers: AnswerMemory = new Map()
    const model = modelOf([0.9, 0.5, 0.2, 0.4])
    await analyzeChosen([first!], model, { now, answers })
    const seen: string[] = []
    const result = await analyzeChosen(all, model, { now, answers, onSeen: (_, { path }) => seen.push(path) })
    expect([model.asked, seen]).toEqual([paths.length, paths.slice(1)])
    expect(JSON.stringify(result)).toBe(
      JSON.stringify(await analyzeChosen(all, modelOf([0.9, 0.5, 0.2, 0.4]), { now })),
    )
    const moved = await analyzeChosen(
      all.map((file) => ({ ...file, path: `other/${file.path}` })),
      model,
      { now, answers },
    )
    expect([moved.summary.imagesAnswered, model.asked]).toEqual([paths.length, 2 * paths.length])
  })

  test('groups pictures by the folder that was chosen', async () => {
    const blob = new Blob([`P2 64 64 255\n${'9 '.repeat(64 * 64)}`])
    const files = ['a/L_CC.pgm', 'a/R_CC.pgm', 'b/L_CC.pgm', 'L_CC.pgm'].map((path) => ({ path, blob }))
    const { studies } = await analyzeChosen(files, modelOf([0.1]))
    expect(studies.map(({ images }) => images.map(({ file }) => file)).sort()).toEqual([
      ['L_CC.pgm'],
      ['a/L_CC.pgm', 'a/R_CC.pgm'],
      ['b/L_CC.pgm'],
    ])
  })

  test('refuses to analyze nothing', async () => {
    await expect(analyzeChosen([], modelOf([0.1]))).rejects.toMatchObject({ code: 'no-files' })
  })
})
