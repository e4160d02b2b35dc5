/** Lets the page work without a network, and with threads where the server does not isolate it. */

const reloaded = 'mammokit-reloaded'

/** Of a browser that lets no service worker answer for a page that was loaded past it. */
const claimMs = 5000

/**
 * Waits until the service worker has everything and answers for this page.
 *
 * @returns false where the page works but needs its server: without service workers, as in a private window
 */
export async function prepareOffline(): Promise<boolean> {
  const { serviceWorker } = navigator
  if (!serviceWorker) return false
  try {
    const registration = await serviceWorker.register('./service-worker.js')
    if (!(await isActive(registration))) return false
    if (!serviceWorker.controller && !(await isClaimed(registration))) return false
  } catch {
    return false
  }
  // What the service worker answers is isolated across origins, which gives WebAssembly threads; the page itself came before it.
  if (!self.crossOriginIsolated && sessionStorage.getItem(reloaded) === null) {
    sessionStorage.setItem(reloaded, 'yes')
    location.reload()
    await isShownAgain()
  }
  return true
}

/** Whether there is one that has everything: without room for it, or where a file could not be fetched, there is none. */
async function isActive({ active, waiting, installing }: ServiceWorkerRegistration): Promise<boolean> {
  const worker = active ?? waiting ?? installing
  if (!worker) return false
  return new Promise((resolve) => {
    const look = () => {
      if (worker.state === 'activated') resolve(true)
      else if (worker.state === 'redundant') resolve(false)
    }
    worker.addEventListener('statechange', look)
    look()
  })
}

/** Whether it answers for this page, which it is asked to. */
async function isClaimed({ active }: ServiceWorkerRegistration): Promise<boolean> {
  const { serviceWorker } = navigator
  const isControlled = new Promise<boolean>((resolve) => {
    serviceWorker.addEventListener('controllerchange', () => resolve(true), { once: true })
    if (serviceWorker.controller) resolve(true)
  })
  active?.postMessage('claim')
  const isLate = new Promise<boolean>((resolve) => setTimeout(resolve, claimMs, false))
  return Promise.race([isControlled, isLate])
}

/** Of a page that its browser kept when it was loaded anew, and shows again. */
function isShownAgain(): Promise<void> {
  return new Promise((resolve) => addEventListener('pageshow', ({ persisted }) => persisted && resolve()))
}
