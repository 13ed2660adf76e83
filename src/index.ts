import { DurableObject } from 'cloudflare:workers'

export class Ledger extends DurableObject {}
export class Journal extends DurableObject {}

export default {
  fetch: () => new Response('Portcullis is being built', { status: 503 }),
}
