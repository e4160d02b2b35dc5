import type { Chosen } from './chosen-files.ts'

/** Made with the page: four views of a phantom. */
export const exampleNames = ['R-CC.dcm', 'L-CC.dcm', 'R-MLO.dcm', 'L-MLO.dcm']

/** The files of a synthetic patient, which the page brings. @throws where one cannot be fetched */
export async function fetchExample(): Promise<Chosen['images']> {
  return Promise.all(
    exampleNames.map(async (name) => {
      const response = await fetch(new URL(`./example/${name}`, document.baseURI))
      if (!response.ok) throw new Error(`the server answered ${response.status} for ${name}`)
      return { path: `example/${name}`, blob: new File([await response.blob()], name), isNamed: true }
    }),
  )
}
