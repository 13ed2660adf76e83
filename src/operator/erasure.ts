/**
 * The console's part for data subjects: forgets a person where they ask for it. What is typed here is used to find what is
 * kept, and is neither kept, logged nor answered.
 */
import { type Context, Hono } from 'hono'
import type { Erased, Subject } from '../erasure.ts'
import type { Fact } from '../lib/fact.ts'

/** What the console is lent for one request. */
export interface ErasureDesk {
  /** Whom one can be asked to forget. */
  readonly kinds: readonly Subject['kind'][]
  /** Undefined where the value names nobody. */
  erase(subject: Subject): Promise<Erased | undefined>
}

type Variables = { erasure: ErasureDesk }
type Visit = Context<{ Variables: Variables }>

const MAX_BYTES = 4_096
/** Longer than any name, address or reference. */
const MAX_CHARACTERS = 512

/** To be mounted behind the console's sign-in and its check for posts from elsewhere. */
export function erasureConsole(deskOf: (c: Context) => ErasureDesk): Hono<{ Variables: Variables }> {
  const app = new Hono<{ Variables: Variables }>()
  app.use(async (c, next) => {
    c.set('erasure', deskOf(c))
    await next()
  })
  app.post('/api/erase', eraseApi)
  return app
}

async function eraseApi(c: Visit): Promise<Response> {
  const desk = c.get('erasure')
  const length = Number(c.req.header('content-length') ?? Number.NaN)
  if (!(length <= MAX_BYTES)) return c.json({ error: 'subject_too_large' }, 413)
  const subject = readSubject(parse(new TextDecoder().decode(await c.req.arrayBuffer())), desk.kinds)
  if (subject === undefined) return c.json({ error: 'subject_malformed', kinds: desk.kinds }, 400)
  const erased = await desk.erase(subject)
  if (erased === undefined) return c.json({ error: 'subject_unknown' }, 400)
  const told = {
    ledger: said(erased.ledger),
    journal: said(erased.journal),
    attestation: said(erased.attestation),
  }
  // What could not be reached may still be there: whoever asked must ask again.
  const reached = Object.values(erased).every(({ state }) => state !== 'unavailable')
  return c.json({ erased: told }, reached ? 200 : 503)
}

/** A number, or why there is none. */
function said(fact: Fact<number, never, string>): number | string {
  if (fact.state === 'valid') return fact.value
  return fact.state === 'absent' ? 'not kept there' : fact.reason
}

/** One member that names the subject, and for a consent the organisation. */
function readSubject(value: unknown, kinds: ErasureDesk['kinds']): Subject | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const members = new Map<string, unknown>(Object.entries(value))
  const kind = kinds.find((one) => members.has(one))
  const organisation = members.get('organisation')
  const known = members.size === (organisation === undefined ? 1 : 2)
  if (kind === undefined || !known || (organisation !== undefined && !isText(organisation))) return undefined
  const text = members.get(kind)
  if (!isText(text)) return undefined
  return { kind, value: text, ...(organisation === undefined ? {} : { organisation }) }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_CHARACTERS
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
