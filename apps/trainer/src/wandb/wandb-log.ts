/**
 * The log of a run, sent to Weights & Biases as well. The service may fail at any time: that is said once, training goes on, and what it
 * lacks is sent when it answers, or when the run is started again.
 */
import { type CommandContext, plural } from '@mammokit/command-line'
import { openWandbRun, type RunConfig, type RunLog, readMetrics, runPaths } from '@mammokit/training-run'
import type { z } from 'zod'
import type { wandbSchema } from '../config/wandb-config.ts'
import { TrainerError } from '../trainer-error.ts'
import { readWandbAccount } from './wandb-account.ts'
import { createHistory } from './wandb-history.ts'
import { type FileStream, openWandbService, type RunPlace } from './wandb-service.ts'

export interface WandbLog extends Pick<RunLog, 'write'> {
  /** Sends the rest, for which it takes some seconds at most. */
  close(isFinished: boolean): Promise<void>
}

export interface WandbLogOptions {
  readonly options: z.output<typeof wandbSchema>
  /** Folder of the run, or of the fold of one. */
  readonly run: string
  /** Folder of the whole run. */
  readonly base: string
  readonly config: RunConfig
  /** ms between two looks for what is to be sent. @default 15000 */
  readonly intervalMs?: number
}

const linesPerRequest = 1000

/**
 * A log that writes to `log`, and where a project is given to Weights & Biases.
 *
 * @throws {TrainerError} `input-invalid` without an API key; FileError, TrainingRunError for wandb.json and metrics.jsonl
 */
export async function openWandbLog(
  log: Pick<RunLog, 'write'>,
  { options, run, base, config, intervalMs = 15_000 }: WandbLogOptions,
  { progress }: CommandContext,
): Promise<WandbLog> {
  const { project, entity, group, tags } = options
  if (project === null) return { write: log.write, close: async () => {} }
  const account = readWandbAccount()
  const { id, startedAt } = await openWandbRun(run)
  const whole = runPaths(base).name
  const isFold = run !== base
  const description = {
    id,
    project,
    entity,
    tags,
    config: sharedConfig(config),
    displayName: isFold ? `${whole}/${runPaths(run).name}` : whole,
    groupName: group ?? (isFold ? whole : null),
  }
  const service = openWandbService(account)
  const history = createHistory(Date.parse(startedAt))
  // What an earlier start wrote, of which the service may lack the end.
  const lines: string[] = []
  for (const { kind, epoch, step, ...values } of await readMetrics(run))
    lines.push(...history.add({ kind, epoch, step, values }))
  /** Of `lines[0]` among all lines of the run. */
  let first = 0
  let place: RunPlace | undefined
  let isRefused = false
  let isWarned = false
  let sentAt = 0
  let notBefore = 0
  // Without a request for some minutes the service takes a run for dead.
  const [signOfLifeMs, retryMs] = [2 * intervalMs, 4 * intervalMs]

  async function send(ending: FileStream | undefined): Promise<void> {
    if (place === undefined) {
      place = await service.open(description)
      const site = account.baseUrl.replace('//api.wandb', '//wandb')
      progress.line(`At Weights & Biases: ${site}/${place.entity}/${place.project}/runs/${id}`)
      sentAt = Date.now()
      dropKnown(place)
      if (lines.length === 0 && ending === undefined) return
    }
    const path = `/files/${[place.entity, place.project, id].map(encodeURIComponent).join('/')}/file_stream`
    do {
      dropKnown(place)
      const content = lines.slice(0, linesPerRequest)
      const files = {
        'wandb-history.jsonl': { offset: first, content },
        'wandb-summary.json': { offset: 0, content: [history.summary()] },
      }
      const isLast = content.length === lines.length
      await service.send(path, { ...(content.length > 0 && { files }), ...(isLast && ending) })
      sentAt = Date.now()
      drop(content.length)
    } while (lines.length > 0)
  }

  /** What the service has already: a run that went back to an earlier checkpoint writes the same lines again. */
  function dropKnown({ lines: known }: RunPlace): void {
    drop(Math.min(lines.length, Math.max(0, known - first)))
  }

  function drop(count: number): void {
    lines.splice(0, count)
    first += count
  }

  async function trySending(ending?: FileStream): Promise<void> {
    if (isRefused) return
    try {
      await send(ending)
    } catch (error) {
      if (!(error instanceof TrainerError && error.code === 'wandb-failed')) throw error
      isRefused = error.details.isFinal === true
      notBefore = Date.now() + retryMs
      if (!isWarned) progress.line(`Nothing reaches Weights & Biases; training goes on. ${error.message}`)
      isWarned = true
    }
  }

  /** One request at a time. */
  let sending = trySending()
  await sending
  const timer = setInterval(() => {
    const isDue = lines.length > 0 || Date.now() - sentAt >= signOfLifeMs
    if (isDue && Date.now() >= notBefore) sending = sending.then(() => trySending())
  }, intervalMs)
  timer.unref()

  return {
    write(kind, step, epoch, values, clocked = {}) {
      log.write(kind, step, epoch, values, clocked)
      lines.push(...history.add({ kind, epoch, step, values: { ...values, ...clocked } }, Date.now()))
    },
    async close(isFinished) {
      clearInterval(timer)
      // A step that goes on after a stop has its line complete then.
      if (isFinished) lines.push(...history.end())
      await sending
      await trySending({ complete: true, exitcode: isFinished ? 0 : 1 })
      await service.close()
      if (lines.length > 0) {
        progress.line(
          `${plural(lines.length, 'line')} of ${runPaths(run).metrics} did not reach Weights & Biases. Start the run again to send the rest.`,
        )
      }
    },
  }
}

/** What a run was made with, without the places of its files. */
function sharedConfig({ data: { dir: _dir, splits: _splits, ...data }, weights, ...config }: RunConfig) {
  const { path: _path, ...origin } = weights ?? {}
  return { ...config, data, weights: weights && origin }
}
