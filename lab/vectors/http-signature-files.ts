/** Finds published examples of HTTP signatures: RFC 9421 appendix B, draft-cavage appendix C, and a bank server's fixtures. */
import type { VectorFile } from './files.ts'
import type { Suite } from './formats.ts'

export type HttpSignatureItem =
  | { readonly kind: 'appendix_b' | 'appendix_c'; readonly text: string }
  | { readonly kind: 'fixtures'; readonly files: Readonly<Record<string, string>> }

/** Told by what is in them. The largest file of another kind has 40 MB and is searched, not parsed. */
const KINDS = [
  ['appendix_b', '"signature_input"', 'RFC 9421 appendix B'],
  ['appendix_c', '"signature_headers"', 'draft-cavage appendix C'],
] as const

export function findHttpSignatures(files: readonly VectorFile[]): readonly Suite[] {
  const documents = files.filter(({ name }) => name.endsWith('.json'))
  return [
    ...KINDS.flatMap(([kind, mark, title]) => documents.flatMap(suitesOf(kind, mark, title))),
    ...fixtures(files),
  ]
}

function suitesOf(
  kind: 'appendix_b' | 'appendix_c',
  mark: string,
  title: string,
): (file: VectorFile) => readonly Suite[] {
  return (file) => {
    const text = file.text()
    if (!text.includes(mark) || !text.includes('"request"')) return []
    const item: HttpSignatureItem = { kind, text }
    return [{ name: `${title} (${file.path})`, judge: 'httpSignatures', items: [item] }]
  }
}

/** A folder with one good signature, its bad relatives and the certificates to go with them. */
function fixtures(files: readonly VectorFile[]): readonly Suite[] {
  return files
    .filter(({ name }) => name === 'correct_signature.txt')
    .map(({ directory }) => {
      const texts = files.filter((file) => file.directory === directory && file.name.endsWith('.txt'))
      const item: HttpSignatureItem = {
        kind: 'fixtures',
        files: Object.fromEntries(texts.map((file) => [file.name.slice(0, -'.txt'.length), file.text()])),
      }
      const [first] = texts
      return {
        name: `Digest and Signature (${first?.path ?? directory})`,
        judge: 'httpSignatures',
        items: [item],
      }
    })
}
