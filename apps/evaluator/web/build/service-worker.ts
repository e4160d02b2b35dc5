/** The page's service worker, as text: what it keeps is known when everything else is built. */

/**
 * No connection to elsewhere. ONNX Runtime compiles WebAssembly, zod and the codecs' glue make functions, threads come from blobs, and the page
 * has styles of its own.
 */
export const contentPolicy =
  "default-src 'self'; script-src 'self' 'unsafe-eval' blob:; worker-src 'self' blob:; connect-src 'self' data: blob:; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; form-action 'none'"

/**
 * Keeps the page's files and answers with them, so that the page works without a network; with headers that isolate it across origins,
 * which gives WebAssembly threads, and that forbid every connection to elsewhere.
 *
 * @param files paths relative to the page
 * @param version changes with any of them
 */
export function serviceWorkerText(files: readonly string[], version: string): string {
  return `const files = ${JSON.stringify(files)}
// A server may have several pages, of which each keeps its own.
const prefix = 'mammokit-page ' + self.registration.scope + ' '
const name = prefix + '${version}'
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Content-Security-Policy': ${JSON.stringify(contentPolicy)},
}

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((one) => one.startsWith(prefix) && one !== name).map((one) => caches.delete(one))))
      .then(() => self.clients.claim()),
  )
})

// A page that was loaded past the service worker, as by Shift and the reload button, asks for it.
self.addEventListener('message', (event) => {
  if (event.data === 'claim') event.waitUntil(self.clients.claim())
})

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request
  if (method === 'GET' && url.startsWith(self.registration.scope)) event.respondWith(answer(event.request))
})

async function answer(request) {
  const cache = await caches.open(name)
  const kept = await cache.match(request, { ignoreSearch: true })
  if (kept) return withHeaders(kept)
  const fetched = await fetch(request)
  if (fetched.ok && new URL(request.url).pathname.includes('/assets/')) await cache.put(request, fetched.clone())
  return withHeaders(fetched)
}

function withHeaders(response) {
  const all = new Headers(response.headers)
  for (const [key, value] of Object.entries(headers)) all.set(key, value)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers: all })
}
`
}
