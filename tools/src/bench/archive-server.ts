/**
 * Serves a synthetic archive as Kaggle does, any part of it; prints its address.
 *
 * usage: node tools/dist/bench/archive-server.js IMAGES IMAGE_BYTES [BYTES_PER_SECOND]
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { type SyntheticArchive, syntheticArchive } from './synthetic-archive.ts'

const [images = '60000', imageBytes = '190000', speed = 'Infinity'] = process.argv.slice(2)
const archive = syntheticArchive(Number(images), Number(imageBytes))
const etag = `"${images}-${imageBytes}"`
const chunkBytes = 256 << 10

const server = createServer(({ url, headers }, response) => {
  // What the API answers, and where it redirects to.
  if (url?.startsWith('/api/')) return void response.writeHead(302, { location: '/archive.zip?signature=1' }).end()
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')
  const [start, end] = range ? [Number(range[1]), Math.min(archive.size, Number(range[2]) + 1)] : [0, archive.size]
  response.writeHead(range ? 206 : 200, {
    etag,
    'content-length': end - start,
    ...(range && { 'content-range': `bytes ${start}-${end - 1}/${archive.size}` }),
  })
  void send(archive, response, start, end)
})
server.listen(0, '127.0.0.1', () => {
  const { size, unpackedSize } = archive
  console.log(
    JSON.stringify({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, size, unpackedSize }),
  )
})
process.stdin.on('end', () => process.exit()).resume()

async function send({ read }: SyntheticArchive, response: ServerResponse, start: number, end: number): Promise<void> {
  for (let at = start; at < end && !response.destroyed; at += chunkBytes) {
    const chunk = read(at, Math.min(end, at + chunkBytes))
    if (!response.write(chunk)) await drained(response)
    if (Number.isFinite(Number(speed))) await setTimeout((1000 * chunk.length) / Number(speed))
  }
  response.end()
}

async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })
}
