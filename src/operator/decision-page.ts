/** One decision, explained: what was done, why, on what evidence, and what would have changed it. */
import { html } from 'hono/html'
import type { ShadowScore } from '../evidence.ts'
import type { ConductNumbers, JournalEntry } from '../record/entry.ts'
import { heading, type Page, page, time } from './pages.ts'

/** `explain` gives the operator's sentence for a reason. */
export function decisionPage(entry: JournalEntry, explain: (reason: string) => string): Page {
  return page(
    `Decision ${entry.reference}`,
    html`${heading('Decision')}
      <p><span class="action ${entry.action}">${entry.action}</span>: ${explain(entry.reason)}</p>
      ${entry.counterfactual === '' ? '' : html`<p>${sentence(entry.counterfactual)}</p>`}
      ${entry.intended === entry.action ? '' : html`<p>Posture is ${entry.posture}: under enforcement this would be <strong>${entry.intended}</strong>.</p>`}
      <h2>The request</h2>
      ${facts([
        ['Reference', entry.reference],
        ['Time (UTC)', time(entry.at)],
        ['Request', `${entry.method} ${entry.pattern}`],
        ['Route', `${entry.route} (${entry.channel}, ${entry.sensitivity})`],
        ['Rule', `${entry.rule} (${entry.reason})`],
        ['Target differs from its normal form', entry.targetDifferences.join(', ')],
        ['Body', entry.content],
        ['Outcome', outcome(entry)],
        ['Waited for', waits(entry)],
      ])}
      <h2>The client</h2>
      ${facts([
        ['Claims to be', entry.family === 'none' ? 'nothing' : `${entry.family} ${entry.major ?? ''}`],
        ['JA4', entry.ja4 === '' ? 'not known' : entry.ja4],
        ['Fingerprint', entry.fingerprint],
        ['Contradicted by', entry.contradictions.length === 0 ? 'nothing' : entry.contradictions.join(', ')],
        ['Network', `${entry.prefix} ${entry.asn === null ? '' : `AS${entry.asn}`} ${entry.country}`],
        ['Listed', entry.listed.length === 0 ? 'no' : entry.listed.join(', ')],
        ['Organisation', entry.organisation === '' ? 'none proven' : entry.organisation],
        ...certificate(entry),
        ...signature(entry),
        ...app(entry),
        ...Object.entries(entry.proof).map(([name, state]): [string, string] => [`Proof: ${name}`, state]),
      ])}
      <h2>What it had been doing (the hour before)</h2>
      ${conduct(entry.conduct)}
      <h2>The score</h2>
      ${score(entry)}`,
  )
}

/** Entries of before certificates were examined have none. */
function certificate({ certificate: read }: JournalEntry): readonly (readonly [string, string])[] {
  if (!read) return []
  return [
    ['Certificate', `${read.kind} of ${read.organisation === '' ? 'nobody named' : read.organisation}`],
    ['Certificate: thumbprint', read.thumbprint],
    ['Certificate: refused for', read.fault],
    ['Certificate: warnings', read.warnings.join(', ')],
  ]
}

/** Entries of before signatures were verified have none. */
function signature({ signature: read, replay }: JournalEntry): readonly (readonly [string, string])[] {
  if (!read) return []
  const { profile, fault, place, keyId, algorithm, key, keyAgeMs, skewMs, failures } = read
  return [
    ['Signature: profile', profile],
    ['Signature: fault', fault],
    ['Signature: place', place],
    ['Signature: key', key === '' ? '' : `${keyId} (${algorithm}), ${key}`],
    [
      'Signature: key first seen',
      keyAgeMs === null ? '' : `${(keyAgeMs / 86_400_000).toFixed(1)} days before`,
    ],
    ['Signature: made', skewMs === null ? '' : `${(skewMs / 1_000).toFixed(1)} seconds before`],
    ['Signature: failures of the signer', failures === 0 ? '' : String(failures)],
    ['Used before', replay],
  ]
}

/** Entries of before apps were examined have none. */
function app({ app: proven }: JournalEntry): readonly (readonly [string, string])[] {
  if (!proven) return []
  const { platform, app: id, version, verdict, ageMs, keyAgeMs, counted } = proven
  return [
    ['App', `${id} ${version} (${platform})`],
    ['App: what its vendor says', verdict],
    ['App: made', `${Math.round(ageMs / 1_000)} seconds before`],
    ['App: key attested', keyAgeMs === null ? '' : `${(keyAgeMs / 86_400_000).toFixed(1)} days before`],
    ['App: counter rose by', counted === null ? '' : String(counted)],
  ]
}

function outcome({ outcome: kind, upstream, originStatus }: JournalEntry): string {
  if (upstream === 'refused') return 'refused: the bank was not asked'
  return `${kind}, ${upstream}${originStatus === null ? '' : `, the bank answered ${originStatus}`}`
}

function waits({ upstream, ledgerMs, originMs }: JournalEntry): string {
  return upstream === 'refused' ? `memory ${ledgerMs} ms` : `memory ${ledgerMs} ms, bank ${originMs} ms`
}

function facts(rows: readonly (readonly [name: string, value: string])[]): Page {
  return html`<table class="facts">
    <tbody>${rows.filter(([, value]) => value !== '').map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</tbody>
  </table>`
}

function conduct(known: JournalEntry['conduct']): Page {
  const rows = Object.entries(known)
  if (rows.length === 0) return html`<p class="soft">Nothing was known.</p>`
  return html`<div class="scroll"><table>
    <thead>
      <tr>
        <th>Under</th><th class="number">Requests</th><th class="number">Attempts</th><th class="number">in a minute</th>
        <th class="number">Failures</th><th class="number">Accounts</th><th class="number">Clients</th><th class="number">Regularity</th>
      </tr>
    </thead>
    <tbody>${rows.map(([name, numbers]) => conductRow(name, numbers))}</tbody>
  </table></div>`
}

function conductRow(name: string, numbers: ConductNumbers | string): Page {
  if (typeof numbers === 'string') return html`<tr><th>${name}</th><td colspan="7">${numbers}</td></tr>`
  const { requests, attempts, attemptsMinute, failures, accounts, clients, regularity } = numbers
  const cells = [requests, attempts, attemptsMinute, failures, accounts, clients, regularity ?? '']
  return html`<tr><th>${name}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`
}

function score(entry: JournalEntry): Page {
  if (entry.score !== 'valid') return html`<p>No score: ${entry.score}.</p>`
  const probabilities = Object.entries(entry.probabilities).sort(([, left], [, right]) => right - left)
  return html`<p>Abuse ${entry.abuse}, likeliest intent ${entry.intent}, margin ${entry.margin}.
      <span class="soft">Model ${entry.model}</span></p>
    ${entry.nearest ? html`<p>It would have been below the thresholds with ${entry.nearest}.</p>` : ''}
    ${entry.shadow ? shadow(entry.shadow) : ''}
    ${facts(probabilities.map(([intent, probability]): [string, string] => [intent, String(probability)]))}
    ${entry.contributions.length === 0 ? '' : contributions(entry)}`
}

function shadow({ model, intent, abuse, agrees }: ShadowScore): Page {
  return html`<p>The model in shadow (<span class="soft">${model}</span>) ${agrees ? 'agrees' : 'disagrees'}: abuse ${abuse}, likeliest intent ${intent}.</p>`
}

function contributions({ contributions: list, rest }: JournalEntry): Page {
  return html`<h2>What moved the score most</h2>
    <table>
      <thead><tr><th>What</th><th>Feature</th><th class="number">Value</th><th class="number">Effect on the margin</th></tr></thead>
      <tbody>
        ${list.map(
          ({ feature, value, effect, words }) => html`<tr>
            <td>${words ?? ''}</td><td>${feature}</td><td class="number">${value ?? 'not known'}</td>
            <td class="number">${effect > 0 ? '+' : ''}${effect}</td>
          </tr>`,
        )}
        ${rest === null ? '' : html`<tr><td>everything else together</td><td></td><td></td><td class="number">${rest > 0 ? '+' : ''}${rest}</td></tr>`}
      </tbody>
    </table>`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
