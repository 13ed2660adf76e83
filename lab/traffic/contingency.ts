/**
 * Licensed third parties on the contingency interface (RTS on SCA, Delegated Regulation (EU) 2018/389, Article 33(4)
 * and (5)): where the dedicated interface fails or is not there, they use the customers' own pages with the customers'
 * own secrets, and say who they are by their certificate. Many accounts, few addresses, no person's hand.
 */
import { CURRENT_CHROMIUM, chromium } from './browsers.ts'
import { type Group, momentOfDay, returning } from './calendar.ts'
import { owners } from './owners.ts'
import * as places from './places.ts'
import { SERVERS } from './programs.ts'
import type { Random } from './random.ts'
import type { Arrival, ClientAuth, Place, Session, Software } from './traffic.ts'
import { form, meet, passwordOf, send, userName, type Visitor } from './visitor.ts'

interface ThirdParty {
  readonly certificate: ClientAuth
  readonly software: Software
  readonly places: readonly Place[]
}

export function* contingency(
  group: Group,
  certificates: readonly ClientAuth[],
  random: Random,
): Generator<Arrival> {
  const parties = certificates.map((certificate, index) =>
    onPages(certificate, random.fork(`party ${index}`)),
  )
  const owner = owners('contingency TPP', random.fork('owners'))
  for (let index = 0; index < group.count; index += 1) {
    const stream = random.fork(index)
    const { certificate, software, places: servers } = stream.pick(parties)
    const visitor: Visitor = {
      software,
      certificate,
      place: stream.pick(servers),
      cookies: new Map(),
      truth: {
        intent: 'benign_automation',
        class: 'contingency TPP',
        campaign: group.name,
        person: `${group.name}/through-page-${index}`,
      },
    }
    const customer = owner(index)
    const at = momentOfDay(group.span, stream)
    const then = stream.fork('earlier')
    yield* returning(visitor, group, then, (whom, moment, own) => readPages(whom, customer, moment, own))
    yield { at, begin: () => readPages(visitor, customer, at, stream) }
  }
}

/** Half drive a browser, half speak HTTP and read what the pages say. */
function onPages(certificate: ClientAuth, random: Random): ThirdParty {
  const driven = chromium({
    major: CURRENT_CHROMIUM - random.below(4),
    platform: 'Linux',
    brand: random.chance(0.6) ? 'HeadlessChrome' : 'Google Chrome',
    languages: 'en-GB,en;q=0.9',
  })
  const software = random.chance(0.5) ? driven : random.pick(SERVERS)
  const servers = Array.from({ length: 1 + random.below(3) }, () => places.hosting(random))
  return { certificate, software, places: servers }
}

function* readPages(visitor: Visitor, customer: number, start: number, random: Random): Session {
  let at = start
  const page = yield* send(visitor, { at, path: '/login', purpose: { kind: 'page' } })
  at += random.between(150, 1_500)
  if (meet(visitor, page)) at += 2_000
  // A customer who changed the password and has not told the third party yet.
  const wrong = random.chance(0.04)
  const reply = yield* send(visitor, {
    at,
    path: '/login',
    purpose: { kind: 'form', from: '/login', type: 'application/x-www-form-urlencoded' },
    body: form({ username: userName(customer), password: wrong ? 'changed-since' : passwordOf(customer) }),
    truth: { attempt: true, valid: !wrong },
  })
  if (!reply.forwarded || reply.status >= 400) return
  for (let index = 0; index < 1 + random.below(3); index += 1) {
    at += random.between(200, 1_200)
    yield* send(visitor, { at, path: '/account', purpose: { kind: 'page', from: '/login' } })
  }
}
