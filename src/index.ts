export { Ledger } from './observe/ledger-object.ts'
export { Journal } from './record/journal-object.ts'

export default {
  fetch: () => new Response('Portcullis is being built', { status: 503 }),
}
