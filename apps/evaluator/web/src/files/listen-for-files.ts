import type { PageElements } from '../elements.ts'
import { type Chosen, filesOfDrop, filesOfInput } from './chosen-files.ts'

export interface FileActions {
  add(chosen: Chosen): void
  openModel(file: File): void
  example(): Promise<void>
}

/** Buttons, and a drop anywhere on the page: beside the field a browser would leave the page for the file. */
export function listenForFiles(page: PageElements, { add, openModel, example }: FileActions): void {
  const opens = [
    [page.chooseFiles, page.files],
    [page.chooseFolder, page.folder],
    [page.chooseModel, page.modelFile],
  ] as const
  for (const [button, input] of opens) button.addEventListener('click', () => input.click())
  for (const input of [page.files, page.folder]) {
    input.addEventListener('change', () => {
      add(filesOfInput(input.files ?? []))
      input.value = '' // so that the same files can be chosen again
    })
  }
  page.modelFile.addEventListener('change', () => {
    const file = page.modelFile.files?.[0]
    if (file) openModel(file)
    page.modelFile.value = ''
  })
  page.tryExample.addEventListener('click', () => void example())

  const mark = (isOver: boolean) => page.drop.classList.toggle('over', isOver)
  document.addEventListener('dragover', (event) => {
    event.preventDefault()
    mark(true)
  })
  document.addEventListener('dragleave', ({ relatedTarget }) => relatedTarget === null && mark(false))
  document.addEventListener('drop', (event) => {
    event.preventDefault()
    mark(false)
    if (event.dataTransfer) void filesOfDrop(event.dataTransfer.items).then(add)
  })
}
