import { DurableObject } from 'cloudflare:workers'
import type { Hono } from 'hono'
import { createApp } from './app.ts'
import { createCredentials } from './credentials.ts'
import { customers } from './customers.ts'
import { createSqlStore } from './sql-store.ts'

/** One object for the whole bank: what one isolate wrote, every other reads. */
export class Bank extends DurableObject<object> {
  readonly #app: Promise<Hono>

  constructor(state: DurableObjectState, env: object) {
    super(state, env)
    const now = () => Date.now()
    this.#app = createCredentials(customers).then((credentials) =>
      createApp({ store: createSqlStore(state.storage.sql, now), credentials, now }),
    )
  }

  override async fetch(request: Request): Promise<Response> {
    return (await this.#app).fetch(request)
  }
}
