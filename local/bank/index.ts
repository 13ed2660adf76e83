/** The demo bank: a Worker that answers what needs no memory, and one Durable Object that is the bank. */
import { Hono } from 'hono'
import { measure } from './digest.ts'
import type { Bank } from './object.ts'
import { demo } from './routes/demo.ts'

interface Env {
  readonly BANK_STATE: DurableObjectNamespace<Bank>
}

const app = new Hono<{ Bindings: Env }>()
app.route('/demo', demo(measure))
app.all('*', (c) => c.env.BANK_STATE.getByName('bank').fetch(c.req.raw))

export { Bank } from './object.ts'
export default app
