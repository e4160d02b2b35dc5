/** The parts of index.html that scripts change. */
export interface PageElements {
  readonly body: HTMLElement
  readonly drop: HTMLElement
  readonly files: HTMLInputElement
  readonly folder: HTMLInputElement
  readonly modelFile: HTMLInputElement
  readonly chooseFiles: HTMLButtonElement
  readonly chooseFolder: HTMLButtonElement
  readonly tryExample: HTMLButtonElement
  readonly chooseModel: HTMLButtonElement
  readonly model: HTMLElement
  readonly progress: HTMLElement
  readonly status: HTMLElement
  readonly actions: HTMLElement
  readonly save: HTMLButtonElement
  readonly clear: HTMLButtonElement
  readonly studies: HTMLElement
}

export function findElements(): PageElements {
  const find = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind
  return {
    body: document.body,
    drop: find('drop'),
    files: find<HTMLInputElement>('files'),
    folder: find<HTMLInputElement>('folder'),
    modelFile: find<HTMLInputElement>('model-file'),
    chooseFiles: find<HTMLButtonElement>('choose-files'),
    chooseFolder: find<HTMLButtonElement>('choose-folder'),
    tryExample: find<HTMLButtonElement>('try-example'),
    chooseModel: find<HTMLButtonElement>('choose-model'),
    model: find('model'),
    progress: find('progress'),
    status: find('status'),
    actions: find('actions'),
    save: find<HTMLButtonElement>('save'),
    clear: find<HTMLButtonElement>('clear'),
    studies: find('studies'),
  }
}
