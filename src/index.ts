import { DurableObject } from 'cloudflare:workers'

export { Ledger } from './observe/ledger-object.ts'

export class Journal extends DurableObject {}

export default {
  fetch: () => new Response('Portcullis is being built', { status: 503 }),
}
