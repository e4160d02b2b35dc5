/** The addresses of Kaggle's REST API for a competition or a data set. */
import { DownloadError } from '../download-error.ts'
import type { Subject } from '../http/explain-failure.ts'

/** What is downloaded: a competition by the last part of its address, or a data set by `owner/name` and, where not the newest, its version. */
export type DatasetSource =
  | { readonly competition: string }
  | { readonly dataset: string; readonly version?: number | undefined }

export interface KaggleSource extends Subject {
  /** Tells sources apart: `competitions/NAME`, `datasets/OWNER/NAME`, with `/versions/N` where one is asked for. */
  readonly id: string
  archiveUrl(endpoint: URL): URL
  fileUrl(endpoint: URL, path: string): URL
  listUrl(endpoint: URL, pageToken: string | undefined): URL
}

/** As many as Kaggle gives at once. */
const pageSize = 200

/** @throws {DownloadError} `bad-value` for what is no name. */
export function kaggleSource(source: DatasetSource): KaggleSource {
  return 'competition' in source ? competition(source.competition) : dataset(source.dataset, source.version)
}

function competition(name: string): KaggleSource {
  if (!/^[\w-]+$/.test(name)) throw badName('a competition such as rsna-breast-cancer-detection', name)
  const data = '/api/v1/competitions/data'
  return {
    kind: 'competition',
    id: `competitions/${name}`,
    name: `competition ${name}`,
    page: `https://www.kaggle.com/competitions/${name}/rules`,
    archiveUrl: (endpoint) => addressOf(endpoint, `${data}/download-all/${name}`),
    // Slashes in a file's name are escaped too: without that, files in folders are not found.
    fileUrl: (endpoint, path) => addressOf(endpoint, `${data}/download/${name}/${encodeURIComponent(path)}`),
    listUrl: (endpoint, pageToken) => addressOf(endpoint, `${data}/list/${name}`, { pageSize, pageToken }),
  }
}

function dataset(name: string, version: number | undefined): KaggleSource {
  if (!/^[\w-]+\/[\w.-]+$/.test(name)) throw badName('a data set as owner/name', name)
  if (version !== undefined && !(Number.isInteger(version) && version > 0))
    throw badName(`a version from 1 for data set ${name}`, String(version))
  const datasets = '/api/v1/datasets'
  const query = { datasetVersionNumber: version }
  return {
    kind: 'dataset',
    id: `datasets/${name}${version === undefined ? '' : `/versions/${version}`}`,
    name: `data set ${name}`,
    page: `https://www.kaggle.com/datasets/${name}`,
    archiveUrl: (endpoint) => addressOf(endpoint, `${datasets}/download/${name}`, query),
    fileUrl: (endpoint, path) => addressOf(endpoint, `${datasets}/download/${name}/${encodeURIComponent(path)}`, query),
    listUrl: (endpoint, pageToken) =>
      addressOf(endpoint, `${datasets}/list/${name}`, { ...query, pageSize, pageToken }),
  }
}

function addressOf(
  endpoint: URL,
  path: string,
  query: Readonly<Record<string, string | number | undefined>> = {},
): URL {
  const url = new URL(`${endpoint.href.replace(/\/$/, '')}${path}`)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
  return url
}

function badName(expected: string, received: string): DownloadError {
  const message = `Expected ${expected} but received ${JSON.stringify(received)}. Copy it from the page's address.`
  return new DownloadError('bad-value', message, { received })
}
