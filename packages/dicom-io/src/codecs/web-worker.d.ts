/** Of web workers what is used here: the libraries of TypeScript that know them would claim the whole page. */
declare class Worker {
  constructor(script: URL, options: { readonly type: 'module' })
  onmessage: (event: { readonly data: import('./decode-task.ts').DecoderAnswer }) => void
  /** `message` is undefined where the script could not be loaded. */
  onerror: (event: { readonly message?: string }) => void
  postMessage(task: import('./decode-task.ts').DecodeTask, transfer: ArrayBuffer[]): void
  terminate(): void
}

/** The global scope within a web worker. */
declare const self: {
  onmessage: (event: { readonly data: import('./decode-task.ts').DecodeTask }) => void
  postMessage(answer: import('./decode-task.ts').DecoderAnswer, transfer: ArrayBuffer[]): void
}
