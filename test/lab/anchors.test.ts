/** `npm run anchors` as an operator runs it, on lists in a folder. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readAnchorSet } from '../../src/verify/trust/anchor-set.ts'
import { requireReal } from '../real.ts'
import { forUses, listXml, makeSigner, type Signer, sign } from '../verify/trust/make-list.ts'

const PROJECT = resolve(import.meta.dirname, '../..')
const REAL = resolve(PROJECT, '../shared/vectors/eidas-tl')
const AT = '2026-11-21T00:00:00Z'

let folder: string
let commission: Signer
let successor: Signer
let state: Signer
let authority: Signer

beforeAll(async () => {
  ;[commission, successor, state, authority] = await Promise.all([
    makeSigner('Commission'),
    makeSigner('Successor'),
    makeSigner('State'),
    makeSigner('Authority'),
  ])
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anchors-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const path = (name: string) => join(folder, name)

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['lab/anchors.ts', ...args, '--at', AT], {
    cwd: PROJECT,
    env: { ...process.env, INIT_CWD: folder },
    encoding: 'utf8',
  })
  return { status, stdout, stderr, json: stdout.startsWith('{') ? JSON.parse(stdout) : undefined }
}

function pem(name: string, { issued }: Signer): string {
  writeFileSync(path(name), issued.certificate.toString('pem'))
  return path(name)
}

async function put(name: string, xml: string, signer: Signer): Promise<void> {
  writeFileSync(path(name), await sign(xml, signer))
}

function lotl(sequence: number, about: readonly string[] = []): string {
  const pointers = ['XA', 'XB'].map((territory) => ({
    territory,
    url: `https://${territory.toLowerCase()}.example/list.xml`,
    signers: [state],
  }))
  const self = {
    territory: 'EU',
    type: 'EUlistofthelists',
    url: 'https://ec.europa.eu/',
    signers: [successor],
  }
  return listXml({
    territory: 'EU',
    type: 'EUlistofthelists',
    sequence,
    about,
    pointers: [...pointers, self],
  })
}

function national(territory: string, sequence: number): string {
  const extensions = forUses('ForWebSiteAuthentication')
  const services = [
    { name: `${territory} ${sequence}`, certificates: [authority.certificate.der], extensions },
  ]
  return listXml({ territory, sequence, services })
}

/** Options of a run on the lists in the folder. */
const lists = () => ['--lotl', path('lotl.xml'), '--lists', folder, '--out', path('out.json'), '--json']

async function publish(sequence = 1): Promise<void> {
  await put('lotl.xml', lotl(sequence), commission)
  await put('one.xml', national('XA', sequence), state)
  await put('two.xml', national('XB', sequence), state)
}

describe('npm run anchors', () => {
  it('makes a signed set of the lists and the bank’s own file, and says how to publish it', async () => {
    await publish()
    const made = run('--new-key', path('key.jwk'), '--json')
    expect(statSync(path('key.jwk')).mode & 0o077).toBe(0)
    const own = `${pem('own.pem', authority)}:obie:seal`
    const { status, json, stderr } = run(
      '--signers',
      pem('pins.pem', commission),
      '--anchor',
      own,
      '--sign',
      path('key.jwk'),
      ...lists(),
    )
    expect(status).toBe(0)
    expect(stderr.split('\n').filter((line) => line.includes('verified'))).toHaveLength(3)
    expect(json).toMatchObject({ ok: true, anchors: 3, signedBy: made.json.kid, warnings: [] })
    expect(json.publish).toContain('wrangler kv key put --binding LISTS --remote anchors')
    const set = await readAnchorSet(readFileSync(path('out.json'), 'utf8'), [
      { kid: made.json.kid, x: made.json.x, signs: 'all' },
    ])
    expect(set).toMatchObject({
      state: 'valid',
      value: { version: json.version, kinds: ['qualified', 'obie'] },
    })
  })

  it('finds and leaves files where the caller stands, though npm runs it in its own folder', async () => {
    await publish()
    pem('pins.pem', commission)
    pem('own.pem', authority)
    expect(run('--new-key', 'key.jwk').status).toBe(0)
    const own = ['--anchor', 'own.pem:obie', '--sign', 'key.jwk', '--out', 'set.json', '--json']
    const signed = ['--signers', 'pins.pem', '--lotl', 'lotl.xml', '--lists', '.', ...own]
    expect(run(...signed)).toMatchObject({ status: 0, json: { ok: true, out: path('set.json') } })
    // XA's list is now signed by the wrong hand: the one of the former set stays.
    await put('one.xml', national('XA', 2), commission)
    const again = run(...signed, '--previous', 'set.json', '--out', 'next.json')
    expect(again.json).toMatchObject({ ok: true, anchors: 3 })
    expect(existsSync(path('next.json'))).toBe(true)
  })

  it('keeps the last good list of a state whose new one is refused, and the set it had when all is refused', async () => {
    await publish(2)
    const pins = ['--signers', pem('pins.pem', commission)]
    expect(run(...pins, ...lists()).json).toMatchObject({ ok: true, anchors: 2 })
    await put('one.xml', national('XA', 3).replace('XA 3', 'XA 3 forged'), commission)
    await put('two.xml', national('XB', 1), state)
    const { json } = run(...pins, ...lists())
    expect(json.lists).toMatchObject([
      { territory: 'XA', outcome: 'kept', reason: 'list_signer_unknown', sequence: 2 },
      { territory: 'XB', outcome: 'kept', reason: 'list_sequence_backwards', sequence: 2 },
    ])
    expect(json.warnings.join()).toContain('XA: refused (list_signer_unknown); the last good list stays')
    const before = readFileSync(path('out.json'), 'utf8')
    expect(before).toContain('XA 2')
    await put('lotl.xml', lotl(1), commission)
    const backwards = run(...pins, ...lists())
    expect(backwards).toMatchObject({ status: 1, json: { ok: false } })
    expect(backwards.json.mistakes[0]).toContain('list_sequence_backwards')
    expect(readFileSync(path('out.json'), 'utf8')).toBe(before)
  })

  it('walks over a pivot to signers that the Journal never named', async () => {
    await publish()
    const pivot = 'https://ec.europa.eu/tools/lotl/pivot-1.xml'
    const journal = 'https://eur-lex.europa.eu/oj'
    await put('pivot-1.xml', lotl(1, [journal]), commission)
    await put('lotl.xml', lotl(2, [pivot, journal]), successor)
    const { json } = run('--signers', pem('pins.pem', commission), ...lists())
    expect(json).toMatchObject({ ok: true, pivots: [pivot] })
    rmSync(path('pivot-1.xml'))
    expect(run('--signers', path('pins.pem'), ...lists())).toMatchObject({ status: 1 })
  })

  it('says all that is wrong with a command at once, and writes nothing', () => {
    const { status, stderr } = run('--uses', 'web,wax', '--anchor', 'a.pem:odd')
    expect(status).toBe(2)
    expect(stderr).toContain('--uses')
    expect(stderr).toContain('--anchor a.pem:odd')
    const missing = run('--anchor', path('none.pem'), '--sign', path('none.jwk'), '--out', path('out.json'))
    expect(missing.status).toBe(1)
    expect(missing.stdout).toContain('none.pem: no such file')
    expect(missing.stdout).toContain('none.jwk is no key')
    expect(existsSync(path('out.json'))).toBe(false)
  })

  it('never overwrites a key', () => {
    expect(run('--new-key', path('key.jwk')).status).toBe(0)
    expect(run('--new-key', path('key.jwk')).status).toBe(1)
  })
})

describe.runIf(requireReal('../shared/vectors/eidas-tl', existsSync(REAL)))('the real lists of 2020', () => {
  const signers = () =>
    [
      '8e508f03b132500c3403db66e9dd39cd78f4657c840958a77d34e7bd621468e7',
      '9c1a3b646eaf132398ef319e41c8e7ed725b64d5772580ae125d59c0f6845630',
      'd2064fdd70f6982dcc516b86d9d5c56aea939417c624b2e478c0b29de54f8474',
    ].flatMap((name) => ['--signers', join(REAL, `lotl-signer-${name}.crt`)])

  it('give Belgium’s authorities for seals and websites, with a warning that they are old', () => {
    const args = ['--lotl', join(REAL, 'eu-lotl.xml'), '--lists', REAL, '--out', path('out.json'), '--json']
    const { json, status } = run(...signers(), ...args)
    expect(status).toBe(0)
    expect(json.anchors).toBe(8)
    expect(json.lists.find((one: { territory: string }) => one.territory === 'BE')).toMatchObject({
      outcome: 'verified',
      sequence: 47,
      expired: true,
    })
    expect(json.warnings).toContain('BE: past its next update')
  })

  it('are refused when they were tampered with', () => {
    const text = readFileSync(join(REAL, 'eu-lotl.xml'), 'utf8')
    writeFileSync(path('eu-lotl.xml'), text.replace('https://tsl.belgium.be/', 'https://tsl.belgiun.be/'))
    const { json, status } = run(
      ...signers(),
      '--lotl',
      path('eu-lotl.xml'),
      '--lists',
      REAL,
      '--out',
      path('out.json'),
      '--json',
    )
    expect(status).toBe(1)
    expect(json.mistakes[0]).toContain('list_signature_wrong')
  })
})
