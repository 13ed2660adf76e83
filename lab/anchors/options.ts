/** What the command was asked for. All mistakes at once, as the gate's configuration does it. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { AnchorKind, AnchorUse } from '../../src/verify/trust/types.ts'

export const PUBLISHED_LOTL = 'https://ec.europa.eu/tools/lotl/eu-lotl.xml'

export const USAGE = `
npm run anchors -- [--signers FILE]... [--lotl URL|FILE] [--lists DIR] [--anchor FILE[:obie|own[:web,seal]]]...
                   [--uses web,seal,signature] [--previous FILE] [--out FILE] [--sign KEYFILE] [--at TIME] [--json]
npm run anchors -- --new-key FILE [--json]

  --signers   certificates that the Official Journal announces for the list of the lists (PEM or DER)
  --lotl      the list of the lists: an https address or a file; ${PUBLISHED_LOTL} when left out
  --lists     folder with lists and pivots as files; nothing is then fetched
  --anchor    a bank's own anchors (PEM or DER), of kind own when none is given, for web and seal when no use is
  --uses      which of the EU's services are kept; web,seal when left out
  --previous  the set whose lists stay where a new one is refused; the file of --out when it exists
  --out       file to write; anchors.json when left out
  --sign      private key, made by --new-key; what goes into the store must be signed
  --at        time by which a list is said to be expired; now when left out
`

export interface OwnFileOption {
  readonly path: string
  readonly kind: Exclude<AnchorKind, 'qualified'>
  readonly uses: readonly AnchorUse[]
}

export interface Options {
  readonly lotl: string
  readonly lists: string | undefined
  readonly signers: readonly string[]
  readonly anchors: readonly OwnFileOption[]
  readonly uses: readonly AnchorUse[]
  readonly previous: string | undefined
  readonly out: string
  readonly sign: string | undefined
  readonly at: number
  readonly json: boolean
  readonly newKey: string | undefined
}

export type ParsedOptions =
  | { readonly ok: true; readonly value: Options }
  | { readonly ok: false; readonly mistakes: readonly string[] }

const USES: readonly AnchorUse[] = ['web', 'seal', 'signature']
const TEXT = { type: 'string' } as const
const MANY = { type: 'string', multiple: true, default: [] as string[] } as const

export function parseOptions(args: readonly string[]): ParsedOptions {
  let values: ReturnType<typeof read>
  try {
    values = read(args)
  } catch (error) {
    return { ok: false, mistakes: [error instanceof Error ? error.message : String(error)] }
  }
  const mistakes: string[] = []
  const anchors = values.anchor.map((one) => ownFile(one, mistakes))
  const uses = usesOf(values.uses, '--uses', mistakes)
  const at = values.at === undefined ? Date.now() : Date.parse(values.at)
  if (!Number.isFinite(at)) mistakes.push(`--at ${values.at}: allowed is a time such as 2026-11-21T00:00:00Z`)
  const asked = values.signers.length > 0 || anchors.length > 0 || values['new-key'] !== undefined
  if (!asked)
    mistakes.push('nothing to do: give --signers for the EU lists, --anchor for own ones, or --new-key')
  if (mistakes.length > 0) return { ok: false, mistakes }
  return {
    ok: true,
    value: {
      lotl: hereOrThere(values.lotl ?? PUBLISHED_LOTL),
      lists: hereIfGiven(values.lists),
      signers: values.signers.map(here),
      anchors: anchors.flatMap((one) => one ?? []),
      uses,
      previous: hereIfGiven(values.previous),
      out: here(values.out ?? 'anchors.json'),
      sign: hereIfGiven(values.sign),
      at,
      json: values.json,
      newKey: hereIfGiven(values['new-key']),
    },
  }
}

function read(args: readonly string[]) {
  const options = {
    lotl: TEXT,
    lists: TEXT,
    signers: MANY,
    anchor: MANY,
    uses: { ...TEXT, default: 'web,seal' },
    previous: TEXT,
    out: TEXT,
    sign: TEXT,
    at: TEXT,
    json: { type: 'boolean', default: false },
    'new-key': TEXT,
  } as const
  return parseArgs({ args: [...args], options }).values
}

function ownFile(text: string, mistakes: string[]): OwnFileOption | undefined {
  const [, path = text, kind = 'own', uses = 'web,seal'] =
    /^(.*?)(?::(own|obie)(?::([a-z,]+))?)?$/.exec(text) ?? []
  if (path.includes(':') && !/^[A-Za-z]:[\\/]/.test(path)) {
    mistakes.push(`--anchor ${text}: allowed is FILE, FILE:obie, FILE:own or FILE:own:web,seal`)
    return undefined
  }
  return {
    path: here(path),
    kind: kind === 'obie' ? 'obie' : 'own',
    uses: usesOf(uses, `--anchor ${text}`, mistakes),
  }
}

function usesOf(text: string, where: string, mistakes: string[]): readonly AnchorUse[] {
  const named = text.split(',')
  const uses = USES.filter((use) => named.includes(use))
  if (uses.length !== named.length) mistakes.push(`${where}: allowed are ${USES.join(', ')}`)
  return uses
}

/** npm runs scripts in the package's folder and leaves the caller's in INIT_CWD. */
function here(path: string): string {
  return resolve(process.env.INIT_CWD ?? '.', path)
}

function hereIfGiven(path: string | undefined): string | undefined {
  return path === undefined ? undefined : here(path)
}

/** What `reading.ts` would fetch is no file. */
function hereOrThere(address: string): string {
  return /^[a-z]+:\/\//.test(address) ? address : here(address)
}
