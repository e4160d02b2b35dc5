import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentContext } from '@mammokit/command-line'
import type { RunConfig } from '@mammokit/training-run'
import { describe, expect, it, vi } from 'vitest'
import { openWandbLog, type WandbLog } from '../../src/wandb/wandb-log.ts'
import { startWandb, type WandbRequest } from './wandb-server.ts'

const recorded: Record<'new' | 'resumed', WandbRequest[]> = JSON.parse(
  readFileSync(new URL('../fixtures/wandb-requests.json', import.meta.url), 'utf8'),
)
const options = { project: 'mammo', entity: null, group: 'folds', tags: ['x'] }
const config = {
  training: { lr: 0.1 },
  data: { dir: '/clinic/data', splits: '/clinic/data/splits.csv', splitsSha256: 'ab' },
  weights: { path: '/clinic/weights.safetensors', sha256: 'cd' },
} as unknown as RunConfig

/** A run with the id of the recorded one, whose log is kept in metrics.jsonl alone. */
function newRun() {
  const run = join(mkdtempSync(join(tmpdir(), 'wandb-')), 'default')
  return { run, lines: [] as string[], metrics: [] as string[] }
}

async function start({ run, lines, metrics }: ReturnType<typeof newRun>, intervalMs?: number): Promise<WandbLog> {
  mkdirSync(run, { recursive: true })
  writeFileSync(join(run, 'wandb.json'), JSON.stringify({ id: 'ab12cd34', startedAt: '2026-01-01T00:00:00.000Z' }))
  writeFileSync(join(run, 'metrics.jsonl'), metrics.map((line) => `${line}\n`).join(''))
  const progress = { ...silentContext.progress, line: (text: string) => lines.push(text) }
  const log = {
    write: (kind: string, step: number, epoch: number, values: object) =>
      void metrics.push(JSON.stringify({ kind, epoch, step, ...values })),
  }
  return openWandbLog(log, { options, run, base: run, config, ...(intervalMs && { intervalMs }) }, { progress })
}

function logSteps(log: WandbLog, ...steps: number[]): void {
  for (const step of steps) log.write('train', step, 1, { loss: 1 / step, undefined: null })
}

/** Without clocks, and what the service is told beside them. */
function lineOf(text: string) {
  const { _timestamp, _runtime, ...line } = JSON.parse(text)
  expect(typeof _timestamp).toBe('number')
  expect(_runtime).toBeGreaterThan(0)
  return line
}
function essence({ body, variables, ...request }: WandbRequest) {
  const history = body?.files?.['wandb-history.jsonl']
  const { tags, ...said } = variables ?? {}
  return {
    ...request,
    ...(variables && {
      said: { ...said, config: JSON.parse(String(said.config ?? '{}')).training, ...(tags ? { tags } : {}) },
    }),
    ...(history && { offset: history.offset, lines: history.content.map(lineOf), end: body?.exitcode }),
  }
}

describe('openWandbLog', () => {
  it("asks and sends what wandb's own client does, of a new run and of one that goes on", async () => {
    const server = await startWandb()
    const run = newRun()
    const first = await start(run)
    logSteps(first, 1, 2, 4)
    await first.close(true)
    expect(server.requests.map(essence)).toEqual(recorded.new.map(essence))
    server.requests.length = 0

    const second = await start(run)
    logSteps(second, 5, 8)
    await second.close(true)
    expect(server.requests.map(essence)).toEqual(recorded.resumed.map(essence))
    expect(run.lines[0]).toMatch(/^At Weights & Biases: http:\/\/127\.0\.0\.1:\d+\/me\/mammo\/runs\/ab12cd34$/)
    expect(JSON.stringify(server.requests)).not.toContain('clinic')
  })

  it('sends one line of a step with training and validation, also where a stop lies between them', async () => {
    const server = await startWandb()
    const run = newRun()
    const stopped = await start(run)
    logSteps(stopped, 1, 2)
    await stopped.close(false)
    expect(server.requests.at(-1)?.body).toMatchObject({ complete: true, exitcode: 1 })
    const log = await start(run)
    log.write('validation', 2, 1, { pf1: 0.25 }, { seconds: 3 })
    await log.close(true)
    expect(server.history.map((line) => JSON.parse(line))).toMatchObject([
      { _step: 1, 'train/loss': 1 },
      { _step: 2, 'train/loss': 0.5, 'validation/pf1': 0.25, 'validation/seconds': 3 },
    ])
    expect(server.history).toHaveLength(2)
  })

  it('sends nothing twice after a run went back to an earlier checkpoint', async () => {
    const server = await startWandb()
    const run = newRun()
    const ahead = await start(run)
    logSteps(ahead, 1, 2, 3, 4)
    await ahead.close(true)
    const sent = [...server.history]
    run.metrics.length = 2
    const log = await start(run)
    logSteps(log, 3, 4, 5)
    await log.close(true)
    expect(server.history.slice(0, 4)).toEqual(sent)
    expect(server.history.map((line) => JSON.parse(line)._step)).toEqual([1, 2, 3, 4, 5])
  })

  it('goes on while the service fails, says so once, sends the rest when it answers, and signs of life', async () => {
    const server = await startWandb()
    server.status = 503
    const run = newRun()
    const log = await start(run, 5)
    logSteps(log, 1, 2, 3)
    await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(2))
    server.status = 200
    await vi.waitFor(() => expect(server.history).toHaveLength(2))
    await vi.waitFor(() => expect(server.requests.at(-1)?.body).toEqual({}))
    await log.close(true)
    expect(server.history).toHaveLength(3)
    expect(
      run.lines.filter((line) => line.startsWith('Nothing reaches Weights & Biases; training goes on.')),
    ).toHaveLength(1)
    expect(run.lines[0]).toContain('/graphql to answer but received status 503.')
  })

  it('does not ask again after a refusal, and the next start sends what the service lacks', async () => {
    const server = await startWandb()
    server.status = 401
    const run = newRun()
    const log = await start(run, 5)
    logSteps(log, 1, 2)
    await log.close(true)
    expect(server.requests).toHaveLength(1)
    expect(run.lines.at(-1)).toBe(
      `2 lines of ${join(run.run, 'metrics.jsonl')} did not reach Weights & Biases. Start the run again to send the rest.`,
    )
    server.status = 200
    await (await start(run)).close(true)
    expect(server.history).toHaveLength(2)
  })

  it('asks nobody without a project', async () => {
    const write = () => {}
    const log = await openWandbLog(
      { write },
      { options: { ...options, project: null }, run: 'x', base: 'x', config },
      silentContext,
    )
    expect(log.write).toBe(write)
    await log.close(true)
  })
})
