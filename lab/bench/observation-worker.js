// Observes exchanges and scans a body in a loop, as often as it is told, for `observation.ts` to time from outside: inside,
// workerd's clock stands still.
import { newCollector } from '../../src/inventory/learn/collector.ts'
import { memoryInventory } from '../../src/inventory/learn/memory-inventory.ts'
import { newBodyScan } from '../../src/inventory/sensitive/scan.ts'
import { matcherFor } from '../../src/inventory/specs/match.ts'

const START = 1_790_000_000_000
const OPERATIONS = [
  'GET /v1/accounts',
  'GET /v1/accounts/{AccountId}',
  'GET /v1/accounts/{AccountId}/balances',
  'POST /v1/payments',
  'GET /v1/payments/{PaymentId}',
].map((id) => {
  const [method, path] = id.split(' ')
  return { id, method, path, document: 0, standing: 'current', parameters: [], carries: [] }
})
const match = matcherFor({ operations: OPERATIONS })

/** Facts are made by the gate and matched there: what is timed is the inventory alone. */
function exchangeOf(path, at) {
  const prefix = `10.${at % 7}.${at % 211}.0/24`
  return {
    at: START + at * 20,
    host: 'api.bank.example',
    method: 'GET',
    path,
    query: '',
    match: match('GET', path),
    caller: {
      session: prefix,
      proven: false,
      organisation: undefined,
      channel: 'tpp',
      asn: 64_500 + (at % 7),
      prefix,
    },
    authentication: ['client_certificate', 'bearer'],
    tls: 'TLSv1.3 AEAD-AES128-GCM-SHA256',
    requestBytes: 0,
    requestMediaType: undefined,
  }
}

const answer = {
  status: 200,
  refused: false,
  latencyMs: 12,
  responseBytes: 900,
  mediaType: 'application/json',
  weaknesses: [],
}

const COUNT = 8_192
const published = Array.from({ length: COUNT }, (_, at) =>
  exchangeOf(`/v1/accounts/${at * 7_919}/balances`, at),
)
const shadow = Array.from({ length: COUNT }, (_, at) => exchangeOf(`/v1/internal/reports/${at * 7_919}`, at))
/** Never the same twice: whoever repeats a path is somebody else. */
let made = 0
function randomExchange() {
  const at = made++
  return exchangeOf(`/${(at * 7_919).toString(36)}q/${(at * 104_729).toString(36)}z`, at)
}

const inventory = memoryInventory({ operations: OPERATIONS }, { every: 2_000 })

function observing(exchanges) {
  return (times) => {
    for (let at = 0; at < times; at++) inventory.observe(exchanges[at % COUNT], answer)
  }
}

/** As an account's transactions look in UK Open Banking 4.0.0, a hundred of them: nothing in it is sensitive. */
function transaction(at) {
  return {
    AccountId: '22289',
    TransactionId: String(at),
    TransactionReference: 'Ref 1',
    Amount: { Amount: '10.00', Currency: 'GBP' },
    CreditDebitIndicator: 'Credit',
    Status: 'BOOK',
    BookingDateTime: '2026-04-05T10:43:07+00:00',
    ValueDateTime: '2026-04-05T10:45:22+00:00',
    TransactionInformation: 'Cash from Aubrey',
    BankTransactionCode: { Code: 'ReceivedCreditTransfer', SubCode: 'DomesticCreditTransfer' },
    ProprietaryBankTransactionCode: { Code: 'Transfer', Issuer: 'AlphaBank' },
    Balance: { Amount: { Amount: '230.00', Currency: 'GBP' }, CreditDebitIndicator: 'Credit', Type: 'ITBD' },
  }
}
const clean = new TextEncoder().encode(
  JSON.stringify({ Data: { Transaction: Array.from({ length: 100 }, (_, at) => transaction(at)) } }),
)
let found = 0
let kept = 0

const LOOPS = {
  none: () => {},
  published: observing(published),
  shadow: observing(shadow),
  random: (times) => {
    for (let at = 0; at < times; at++) inventory.observe(randomExchange(), answer)
  },
  // What `random` makes, and the part of it that the request's isolate does: the shard is told every two thousand.
  made: (times) => {
    for (let at = 0; at < times; at++) kept += randomExchange().path.length
  },
  isolate: (times) => {
    const collector = newCollector({ shards: 1, literals: new Set(['v1', 'accounts']) })
    const opened = new Set()
    for (let at = 0; at < times; at++) {
      collector.observe(randomExchange(), answer, (open) => opened.add(open))
      if (at % 2_000 === 1_999) for (const open of opened) collector.close(open)
    }
  },
  scan: (times) => {
    for (let at = 0; at < times; at++) {
      const scan = newBodyScan({ mediaType: 'application/json' })
      for (let from = 0; from < clean.length; from += 16_384) scan.write(clean.subarray(from, from + 16_384))
      found += scan.end().found.length
    }
  },
}

export default {
  fetch(request) {
    const { searchParams } = new URL(request.url)
    LOOPS[searchParams.get('loop')](Number(searchParams.get('times')))
    // A body in which something was found was not clean, and measured something else.
    return new Response(null, {
      status: found === 0 ? 204 : 500,
      headers: { 'x-body-bytes': String(clean.length), 'x-kept': String(kept) },
    })
  },
}
