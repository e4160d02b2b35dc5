/** What went wrong on the way to the hub, in words that say what to do. */
import { HubApiError } from '@huggingface/hub'
import { PretrainedWeightsError } from '../pretrained-weights-error.ts'
import type { HubEnvironment } from './environment.ts'

export function asHubError(
  error: unknown,
  { endpoint, token }: HubEnvironment,
  { repository, file }: { readonly repository: string; readonly file?: string },
): PretrainedWeightsError {
  if (error instanceof PretrainedWeightsError) return error
  const wanted = file ? `${file} of ${repository}` : repository
  const details = { repository, endpoint, ...(file && { file }) }
  if (error instanceof HubApiError && [401, 403, 404].includes(error.statusCode)) {
    const advice = token
      ? 'Check the name and the revision, and that HF_TOKEN may read it.'
      : 'Check the name and the revision; a private repository needs HF_TOKEN.'
    const message = `Expected ${wanted} on ${endpoint} but received status ${error.statusCode}. ${advice}`
    return new PretrainedWeightsError('unknown-weights', message, { ...details, status: error.statusCode })
  }
  const reason = reasonOf(error)
  const message = `Expected ${wanted} from ${endpoint} but received ${reason}. Check the network, HTTPS_PROXY and HF_ENDPOINT, and start again: what has come is kept.`
  return new PretrainedWeightsError('hub-failed', message, { ...details, reason })
}

/** The innermost cause: fetch says no more than that it failed. */
function reasonOf(error: unknown): string {
  if (error instanceof HubApiError) return `status ${error.statusCode}`
  if (!(error instanceof Error)) return String(error)
  if (error.cause) return reasonOf(error.cause)
  const code = (error as NodeJS.ErrnoException).code
  return (code ?? error.message).split('\n')[0].replace(/[.\s]+$/, '')
}
