import { readFileSync } from 'node:fs'
import { readProcessedRows } from '@mammokit/screening-data'
import { parseCsv } from '@mammokit/strict-csv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explain, predict, report, select, test } from '../../src/index.ts'
import { makeTinyRun, type TinyRun } from '../tiny-run.ts'

const fast = { threads: 1, workers: 1 }

let tiny: TinyRun
const pageOf = async (options: object, { data, run } = tiny) =>
  readFileSync(await report({ data, run, ...options }), 'utf8')
beforeAll(async () => {
  tiny = await makeTinyRun()
  await predict({ data: tiny.data, run: tiny.run, ...fast })
  await select({ data: tiny.data, run: tiny.run, resamples: 20 })
  await test({ data: tiny.data, run: tiny.run, resamples: 20, ...fast })
})
afterAll(() => tiny.remove())

describe('report', () => {
  it('shows heatmaps of the weights that were tested, and says how to make them', async () => {
    const { data, run } = tiny.copy()
    expect(await pageOf({ images: 2 }, { data, run } as TinyRun)).toContain(
      'run mammokit-evaluator explain --subset test',
    )
    const { epoch } = JSON.parse(readFileSync(`${run}/test.json`, 'utf8'))
    await explain({ data, run, images: 0, ...fast })
    expect(await pageOf({ images: 2 }, { data, run } as TinyRun)).toContain('alt="Heatmap of the same image"')
    await explain({ data, run, images: 0, epoch: 3 - epoch, ...fast })
    expect(await pageOf({ images: 2 }, { data, run } as TinyRun)).not.toContain('Heatmap of the same image')
  })

  it('draws the boxes of lesions, which phantoms know', async () => {
    const page = await pageOf({ images: 16 })
    expect(page.match(/<rect x="\d+" y="\d+" width="\d+" height="\d+"/g)!.length).toBeGreaterThanOrEqual(4)
    expect(page).toContain('1 known lesion')
  })

  it('has no id of a patient or an image with --anonymous', async () => {
    const { rows } = await readProcessedRows(tiny.data, {})
    const plain = await pageOf({ images: 16 })
    const hidden = await pageOf({ images: 16, anonymous: true })
    expect(rows.some(({ patientId }) => plain.includes(`patient ${patientId}<`))).toBe(true)
    const text = hidden.replaceAll(/data:[^"]*/g, '')
    for (const { imageId, patientId } of rows) {
      expect(text).not.toContain(imageId)
      expect(text).not.toMatch(new RegExp(`patient ${patientId}\\b`))
    }
    expect(text).toContain('patient no. 1')
  })

  it('has the numbers behind each plot in the page, as CSV', async () => {
    const page = await pageOf({ images: 0 })
    const links = [...page.matchAll(/download="([^"]+)" href="data:text\/csv;base64,([^"]+)"/g)]
    expect(links.length).toBe(page.match(/role="img" aria-label/g)!.length)
    const csv = new Map(links.map(([, name, data]) => [name, Buffer.from(data!, 'base64').toString()]))
    const roc = parseCsv(csv.get('receiver-operating-characteristic.csv')!, 'roc.csv')
    expect(roc.header.slice(0, 4)).toEqual(['layer', 'x', 'low', 'high'])
    expect(roc.records.length).toBeGreaterThan(8)
  })

  it('shows the curves and figures of other runs beside', async () => {
    const { data, run } = tiny.copy()
    const page = await pageOf({ images: 0, compare: [run, tiny.run] }, { data, run } as TinyRun)
    expect(page).toContain('<h2>Beside other runs</h2>')
    for (const name of ['tiny', 'tiny (2)']) expect(page).toContain(`<th>${name}</th>`)
    expect(page).toContain('Validation loss of the runs')
    expect(await pageOf({ images: 0 })).not.toContain('Beside other runs')
    const rowOf = (html: string) =>
      html.match(/<tr><th>tiny \(2\)<\/th>.*?<\/tr>/s)![0].replaceAll(/\s*<[^>]+>\s*/g, ' ')
    expect(rowOf(page)).not.toMatch(/– +– *$/)
    // Test figures of an earlier selection are not those of the one beside them.
    await select({ data, run, rule: 'sensitivity', at: 0.1, resamples: 20 })
    expect(rowOf(await pageOf({ images: 0, compare: run }))).toMatch(/– +– *$/)
    await expect(pageOf({ compare: 'nowhere' })).rejects.toThrow('nowhere')
  })

  it('has a line for each word that has a meaning of its own', async () => {
    const page = await pageOf({ images: 0 })
    for (const term of ['Sensitivity', 'ROC area', 'Net benefit', 'Heatmap']) expect(page).toContain(`<dt>${term}</dt>`)
  })
})
