import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { silentProgress } from '@mammokit/command-line'
import { resultSchema } from '@mammokit/study-service'
import { afterAll, describe, expect, test } from 'vitest'
import { dicomFile } from '../../../../packages/mammogram-preprocess/test/dicom-file.ts'
import { predictStudy } from '../../src/predict/predict-study.ts'
import { checkService } from '../../src/serve/check-service.ts'
import { serve } from '../../src/serve/serve.ts'
import type { ServeConfig } from '../../src/serve-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'mammokit-serve-'))
afterAll(() => rmSync(folder, { recursive: true }))

const uid = '2.25.77'
const study = join(folder, 'study')
mkdirSync(study)
for (const [at, view] of ['CC', 'MLO'].entries()) {
  const elements = { '0020000D UI': uid, '00185101 CS': view, '00100010 PN': 'Doe^Jane' }
  const file = dicomFile({ seed: at + 1, sopInstanceUid: `2.25.77.${at}`, patientId: 'JANE7', elements })
  writeFileSync(join(study, `${view}.dcm`), file)
}

/** The command as it runs until `stop`, and the lines that it prints. */
async function start(config: ServeConfig) {
  const lines: string[] = []
  const stopping = new AbortController()
  const progress = { ...silentProgress, line: (text: string) => void lines.push(text) }
  const ended = serve({ threads: 1, dicom: false, ...config }, { progress, signal: stopping.signal })
  ended.catch(() => {})
  while (!lines.some((line) => line.startsWith('Using'))) await Promise.race([ended, setTimeout(10)])
  const url = /http:\S+/.exec(lines.join('\n'))?.[0] ?? ''
  return { url, lines, ended, stop: () => stopping.abort(new Error('stopped by the test')) }
}

describe('serve', () => {
  test('gives the answer of predict --study over HTTP, says nothing of the patient in its lines, and ends when it is stopped', async () => {
    const spool = join(folder, 'spool')
    const { url, lines, ended, stop } = await start({ spool, httpPort: 0, quietSeconds: 0.1 })
    const flags = { httpPort: Number(new URL(url).port) }
    await expect(serve({ spool, httpPort: 0, dicom: false })).rejects.toMatchObject({ code: 'run-in-use' })
    expect(await checkService(flags)).toEqual({ exitCode: 0 })
    const form = new FormData()
    const predicted = await predictStudy({ study, output: join(folder, 'predicted'), threads: 1 })
    for (const { file } of predicted.studies[0].images) {
      form.append('file', new Blob([new Uint8Array(readFileSync(file))]), 'Doe.dcm')
    }
    expect((await fetch(`${url}/api/studies`, { method: 'POST', body: form })).status).toBe(202)
    const ask = () => fetch(`${url}/api/results/${uid}`)
    let response = await ask()
    while (response.status === 202) {
      await setTimeout(20)
      response = await ask()
    }
    const result = resultSchema.parse(await response.json())
    const plain = (one: typeof result) =>
      one.studies.map(({ images, ...more }) => ({ ...more, images: images.map((image) => ({ ...image, file: '' })) }))
    expect(plain(result)).toEqual(plain(predicted))
    for (const { file } of result.studies[0].images) expect(file).toMatch(/^[0-9a-f-]+\.dcm$/)
    const overlay = await fetch(`${url}/api/results/${uid}/${result.studies[0].heatmap}`)
    expect(
      Buffer.from(await overlay.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
    stop()
    await expect(ended).rejects.toThrow('stopped by the test')
    expect(await checkService(flags)).toEqual({ exitCode: 1 })
    expect(lines.filter((line) => / (POST|GET|study) /.test(line)).length).toBeGreaterThan(3)
    for (const word of [uid, 'Doe', 'JANE7', 'CC.dcm', study]) expect(lines.join('\n')).not.toContain(word)
    expect(readdirSync(join(spool, 'studies'))).toHaveLength(1)
  })

  test('--check without HTTP is refused, not asked of the default port', async () => {
    await expect(checkService({ http: false })).rejects.toMatchObject({ code: 'invalid-value' })
  })

  test('refuses wrong flags before it opens a port', async () => {
    const lines: string[] = []
    const progress = { ...silentProgress, line: (text: string) => lines.push(text) }
    const refused = (config: ServeConfig) =>
      serve({ dicom: false, httpPort: 0, ...config }, { progress }).catch(({ code }) => code)
    const spool = join(folder, 'other')
    expect(await refused({ spool, run: 'a', model: 'b' })).toBe('invalid-value')
    expect(await refused({ spool, tlsCert: 'cert.pem' })).toBe('invalid-value')
    expect(await refused({ spool, tokenFile: join(folder, 'none') })).toBe('not-found')
    expect(await refused({ spool, httpHost: '0.0.0.0' })).toBe('bad-option')
    expect(await refused({ spool, http: false, dicom: true, dicomHost: '0.0.0.0' })).toBe('bad-option')
    expect(await refused({ spool, http: false, storeTo: 'PACS' })).toBe('bad-option')
    expect(await refused({ spool, http: false, storeTo: 'PACS@192.0.2.7:104' })).toBe('bad-option')
    expect(await refused({ spool, http: false, dicom: true, dicomTlsCa: 'ca.pem' })).toBe('invalid-value')
    const sends = { spool, http: false, storeTo: 'PACS@127.0.0.1:104' }
    expect(await refused({ ...sends, storeToTlsCert: 'a', storeToTlsKey: 'b' })).toBe('not-found')
    const pem = join(folder, 'any.pem')
    writeFileSync(pem, 'any')
    expect(await refused({ ...sends, storeToTlsCert: pem, storeToTlsKey: pem })).toBe('invalid-value')
    expect(await refused({ ...sends, storeToTlsCa: pem })).toBe('bad-option')
    expect(await refused({ ...sends, storeToTlsCa: pem, storeToPlain: true })).toBe('invalid-value')
    expect(await refused({ spool, http: false, storeToTlsCa: pem })).toBe('invalid-value')
    expect(await refused({ spool, http: false, storeToPlain: true })).toBe('invalid-value')
    expect(await refused({ spool, storeTo: 'PACS' })).toBe('bad-option')
    expect(await refused({ spool, storeTo: 'PACS@192.0.2.7:104' })).toBe('bad-option')
    expect(lines).toEqual([])
    expect(await refused({ spool, httpPort: 0, model: join(folder, 'none.onnx') })).toBe('not-a-model')
  })
})
