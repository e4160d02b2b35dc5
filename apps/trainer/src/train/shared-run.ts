/** The run folder of several processes: the first one owns it, the others neither read nor write there. */
import { type OpenRun, type OpenRunOptions, openRun } from '@mammokit/training-run'
import type { RunConfig } from '@mammokit/training-run/schema'
import { TrainerError } from '../trainer-error.ts'
import type { Ranks } from './ranks.ts'

/**
 * Opens a run in the first process; the others get one that keeps nothing.
 *
 * @throws TrainerError `processes-differ` where a process has another configuration or other data; whatever openRun throws
 */
export async function openSharedRun(
  { rank, share, sum }: Pick<Ranks, 'rank' | 'share' | 'sum'>,
  run: string,
  config: RunConfig,
  options: OpenRunOptions,
): Promise<Pick<OpenRun, 'checkpoint' | 'notes' | 'save' | 'close'> & { readonly log: Pick<OpenRun['log'], 'write'> }> {
  const text = JSON.stringify(config)
  if ((await share(text)) !== text) {
    const message = `Expected the configuration, data and versions of the first process in process ${rank} but received others. Start all with one command, on machines that see the same files.`
    throw new TrainerError('processes-differ', message, { rank })
  }
  await sum([]) // nothing is written where one of them differs
  if (rank === 0) return openRun(run, config, options)
  return { checkpoint: undefined, notes: [], log: { write() {} }, save: async () => '', close: async () => {} }
}
