/** Lets the page work without a network, and with threads where the server does not isolate it. */

const reloaded = 'mammokit-reloaded'

/**
 * Waits until the service worker has everything and answers for this page.
 *
 * @returns false where the page works but needs its server: without service workers, as in a private window
 */
export async function prepareOffline(): Promise<boolean> {
  const { serviceWorker } = navigator
  if (!serviceWorker) return false
  try {
    await serviceWorker.register('./service-worker.js')
    await serviceWorker.ready
    if (!serviceWorker.controller) {
      await new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
    }
  } catch {
    return false
  }
  // What the service worker answers is isolated across origins, which gives WebAssembly threads; the page itself came before it.
  if (!self.crossOriginIsolated && sessionStorage.getItem(reloaded) === null) {
    sessionStorage.setItem(reloaded, 'yes')
    location.reload()
    await new Promise(() => {})
  }
  return true
}
