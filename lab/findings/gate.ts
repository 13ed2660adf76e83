/** Asks the console of a running gate, as the operator does. */
import { readFile } from 'node:fs/promises'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { join } from 'node:path'
import { fail, type Outcome, pass } from '../../src/lib/outcome.ts'
import type { Options } from './options.ts'
import type { Report } from './report.ts'

const TIMEOUT_MS = 15_000
const MAX_BYTES = 64 * 1024 * 1024
const PAGE = 500

export async function askGate({ gate, folder, atLeast, states }: Options): Promise<Outcome<Report, string>> {
  const token = process.env.PORTCULLIS_OPERATOR_TOKEN ?? (await keptToken(folder))
  if (token === undefined)
    return fail('Cannot ask the gate: no token in PORTCULLIS_OPERATOR_TOKEN, nor of npm start')
  const authority = await readFile(join(folder, 'edge-authority.pem')).catch(() => undefined)
  const findings: Report['findings'][number][] = []
  let rest: Omit<Report, 'findings' | 'source'> = { at: undefined, scores: [], blind: [], problems: [] }
  for (let offset = 0; ; offset += PAGE) {
    const query = new URLSearchParams({ 'at-least': atLeast, limit: String(PAGE), offset: String(offset) })
    for (const state of states) query.append('state', state)
    const url = new URL(`/_portcullis/api/findings?${query}`, gate)
    const answer = await get(url, token, authority)
    if (!answer.ok) return fail(`Cannot ask ${url.origin}: ${answer.reason}`)
    // The console's own format (`operator/findings.ts`).
    const page = answer.value as Omit<Report, 'source'> & { readonly total: number }
    findings.push(...page.findings)
    rest = { at: page.at, scores: page.scores, blind: page.blind, problems: page.problems }
    if (page.findings.length < PAGE || findings.length >= page.total) break
  }
  return pass({ source: new URL(gate).origin, findings, ...rest })
}

async function keptToken(folder: string): Promise<string | undefined> {
  try {
    // `local/secrets.ts` writes it.
    const kept = JSON.parse(await readFile(join(folder, 'secrets.json'), 'utf8')) as Record<string, unknown>
    return typeof kept.OPERATOR_TOKEN === 'string' ? kept.OPERATOR_TOKEN : undefined
  } catch {
    return undefined
  }
}

function get(url: URL, token: string, ca: Buffer | undefined): Promise<Outcome<unknown, string>> {
  const request = url.protocol === 'http:' ? plainRequest : secureRequest
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
  return new Promise((resolve) => {
    const asked = request(
      url,
      { headers, timeout: TIMEOUT_MS, ...(ca === undefined ? {} : { ca }) },
      (answer) => {
        const chunks: Buffer[] = []
        let size = 0
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > MAX_BYTES) answer.destroy(new Error('the answer is too large'))
          else chunks.push(chunk)
        })
        answer.on('error', (error) => resolve(fail(error.message)))
        answer.on('end', () => {
          if (answer.statusCode !== 200) resolve(fail(`it answers ${answer.statusCode}`))
          else resolve(parsed(Buffer.concat(chunks).toString('utf8')))
        })
      },
    )
    asked.on('timeout', () => asked.destroy(new Error('no answer in time')))
    asked.on('error', (error) => resolve(fail(error.message)))
    asked.end()
  })
}

function parsed(text: string): Outcome<unknown, string> {
  try {
    return pass(JSON.parse(text))
  } catch {
    return fail('what it answers is no JSON')
  }
}
