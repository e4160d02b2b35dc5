import type { Chosen } from './chosen-files.ts'

/** Made with the page: four views of a phantom. */
export const exampleNames = ['R-CC.dcm', 'L-CC.dcm', 'R-MLO.dcm', 'L-MLO.dcm']

/** The files of a synthetic patient, which the page brings. */
export async function fetchExample(): Promise<Chosen['images']> {
  return Promise.all(
    exampleNames.map(async (name) => {
      const response = await fetch(new URL(`./example/${name}`, document.baseURI))
      return { path: `example/${name}`, blob: new File([await response.blob()], name), isNamed: true }
    }),
  )
}
