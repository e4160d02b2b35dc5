import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dicomFile } from '../../../mammogram-preprocess/test/dicom-file.ts'
import { openSpool } from '../../src/spool/open-spool.ts'

const viewFile = (seed = 1) => dicomFile({ seed, elements: { '0020000D UI': '1.2.3.100' } })

const picture = Buffer.from('P5 1 1 255\n\x7f')

async function openSmallSpool() {
  const folder = mkdtempSync(join(tmpdir(), 'mammokit-staged-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const spool = await openSpool(folder, { limits: { freeBytes: 0 } })
  return { spool, incoming: () => readdirSync(join(folder, 'incoming')).length }
}

describe('a staged object', () => {
  test('is in no study until it is committed, and gone when it is discarded', async () => {
    const { spool, incoming } = await openSmallSpool()
    const [one, two] = [await spool.stage([viewFile()]), await spool.stage([viewFile(2)])]
    expect([incoming(), spool.summary().studies, one.studyInstanceUid]).toEqual([2, {}, '1.2.3.100'])
    await two.discard()
    expect(await one.commit()).toMatchObject({ studyInstanceUid: '1.2.3.100' })
    expect([incoming(), spool.summary()]).toEqual([0, { studies: { received: 1 }, bytes: viewFile().length }])
  })

  test('that names no study needs one, else nothing of it is left', async () => {
    const { spool, incoming } = await openSmallSpool()
    const [one, two] = [await spool.stage([picture], { laterality: 'L' }), await spool.stage([picture])]
    expect([one.studyInstanceUid, two.studyInstanceUid]).toEqual([undefined, undefined])
    expect(one.name).not.toBe(two.name)
    await one.commit('2.25.1')
    await expect(two.commit()).rejects.toMatchObject({ code: 'bad-object' })
    await two.discard() // its bytes are given back once
    expect([incoming(), spool.summary().bytes, spool.stateOf('2.25.1')?.objects]).toEqual([0, picture.length, 1])
  })

  test('is waited for by close', async () => {
    const { spool } = await openSmallSpool()
    const object = await spool.stage([viewFile()])
    let isClosed = false
    const closed = spool.close().then(() => {
      isClosed = true
    })
    await expect(spool.stage([viewFile()])).rejects.toMatchObject({ code: 'spool-closed' })
    expect(isClosed).toBe(false)
    await object.commit()
    await closed
  })
})
