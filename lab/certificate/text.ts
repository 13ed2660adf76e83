/** The report as an operator reads it: the verdict first, then who it is, then every reason, then the certificate. */
import type { AnchorKind } from '../../src/verify/trust/types.ts'
import type { Described } from './describe.ts'
import type { DescribedUse, describeProfile, Reason } from './profile.ts'
import type { Report } from './report.ts'

export function tell(report: Report): string {
  const head = [
    `${report.file} (${report.form}), judged at ${report.at} against ${report.anchors}`,
    ...report.remarks.map((remark) => `Note: ${remark}`),
    '',
  ]
  if ('unreadable' in report) {
    const { id, meaning } = report.unreadable
    return printable([...head, 'Refused for everything', `  ${id}: ${meaning}`])
  }
  const { certificate, chain, profile, uses, rights, not_asked } = report
  return printable([
    ...head,
    ...verdict('A connection (mTLS)', uses.transport),
    ...verdict('A signature', uses.signature),
    `  Not asked here: ${not_asked.join(', ')}`,
    ...section('The third party', holder(profile)),
    ...section(
      'What its roles open, by dialect',
      rights.map(({ dialect, may }) => [dialect, list(may)]),
    ),
    ...section('The certificate', facts(certificate)),
    ...chain.flatMap((one, index) => section(`Sent with it: certificate ${index + 2}`, facts(one))),
  ])
}

/** A subject is a stranger's text: what could move a cursor or turn a line round is shown as its code point. */
function printable(lines: readonly string[]): string {
  const text = lines.map((line) =>
    line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`),
  )
  return `${text.join('\n')}\n`
}

type Row = readonly [label: string, value: string | readonly string[]]

function section(title: string, rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([label]) => label.length))
  const lines = rows.flatMap(([label, value]) => {
    const [first = '-', ...more] = typeof value === 'string' ? [value] : value
    return [`  ${label.padEnd(width)}  ${first}`, ...more.map((line) => `  ${' '.repeat(width)}  ${line}`)]
  })
  return ['', title, ...lines]
}

function verdict(use: string, told: DescribedUse): readonly string[] {
  const recorded = told.recorded_as === null ? '' : `, recorded as ${told.recorded_as}`
  return [
    `${use}: ${told.accepted ? 'ACCEPTED' : 'REFUSED'}${recorded}`,
    ...trust(told),
    ...told.against.map((one) => reason('-', one)),
    ...told.odd.map((one) => reason('~', one)),
  ]
}

/** `+` speaks for it, `-` against it, `~` is odd and refuses nobody. */
function trust({
  path,
  anchor,
  anchor_kind,
  judged_as,
  expires_at,
  withdrawn_since,
}: DescribedUse): readonly string[] {
  const steps = path === null ? [] : [`  + a path of ${path.length} to ${anchor}, until ${expires_at}`]
  const withdrawn =
    withdrawn_since === null ? [] : [`  ~ its issuer is not granted any more since ${withdrawn_since}`]
  const whose =
    anchor_kind === null
      ? 'nobody vouches for it, so that its statements are judged'
      : 'its statements are judged'
  return [...steps, ...withdrawn, `    ${whose} ${JUDGED_AS[judged_as]}`]
}

const JUDGED_AS = {
  qualified: 'as strictly as from the EU’s trusted lists',
  obie: 'as from the UK directory, which answers for them itself',
  own: 'as from the bank’s own authority, which answers for them itself',
} as const satisfies Record<AnchorKind, string>

function reason(mark: string, { id, meaning, detail, clause }: Reason): string {
  return `  ${mark} ${id}: ${meaning}${detail === '' ? '' : ` (${detail})`} [${clause}]`
}

function holder(profile: ReturnType<typeof describeProfile>): readonly Row[] {
  const { organisation, organisation_parts: parts, directory, competent_authority: nca } = profile
  const split =
    parts === null
      ? ''
      : ` (${[parts.scheme, parts.country, parts.authority, parts.reference].filter((part) => part !== null).join(' | ')})`
  return [
    ['Organisation', organisation === null ? '-' : `${organisation}${split}`],
    ...(directory === null
      ? []
      : [
          ['UK directory', `organisation ${directory.organisation}, software ${directory.software}`] as const,
        ]),
    ['Name', `${profile.name || '-'}${profile.country === null ? '' : `, ${profile.country}`}`],
    ['Authority', nca === null ? '-' : `${nca.name} (${nca.id})`],
    [
      'Roles',
      list(
        profile.roles.map(
          ({ oid, name, role, meaning }) => `${role ?? 'none'}: ${meaning}; written as ${oid} ${name}`,
        ),
      ),
    ],
    ['Kind', profile.kind_meaning],
    ['Qualified', profile.qualified ? 'so its issuer declares (QcCompliance)' : 'not declared'],
    ['QcType', list(profile.types)],
    ['Law of', lawOf(profile)],
    ['Disclosures', list(profile.disclosures.map(({ url, language }) => `${url} (${language})`))],
    ['Statements', profile.statements === null ? 'there are none' : list(profile.statements)],
  ]
}

function lawOf({ qualified, legislation }: ReturnType<typeof describeProfile>): string {
  return legislation.length > 0 ? legislation.join(', ') : qualified ? 'the EU' : '-'
}

function facts(one: Described): readonly Row[] {
  const { path_length: length } = one
  const authority = one.authority ? `yes${length === null ? '' : `, with at most ${length} below it`}` : 'no'
  return [
    ['Subject', one.subject],
    ['Issuer', one.issuer],
    ['Serial', one.serial],
    ['Valid', `${one.not_before} to ${one.not_after} (${one.state.replaceAll('_', ' ')})`],
    ['Key', `${one.key}${one.key_accepted ? '' : ': not accepted'}`],
    ['Signed with', one.signature],
    ['Authority', authority],
    ['Key usage', one.key_usage === null ? 'says nothing' : list(one.key_usage)],
    ['Purposes', one.extended_key_usage === null ? 'says nothing' : list(one.extended_key_usage)],
    ['Policies', list(one.policies)],
    ['Other names', list(one.alternative_names)],
    [
      'Extensions',
      list(one.extensions.map(({ oid, name, critical }) => `${name ?? oid}${critical ? ' (critical)' : ''}`)),
    ],
    ['OCSP', list(one.ocsp)],
    ['CRL', list(one.crl)],
    ['Issuer at', list(one.issuer_certificates)],
    ['SHA-256', one.thumbprint_sha256],
    ['x5t#S256', one['x5t#S256']],
    ['Key SHA-256', one.spki_sha256],
  ]
}

/** Short items share a line; long ones have one each. */
function list(items: readonly string[]): string | readonly string[] {
  if (items.length === 0) return '-'
  const joined = items.join(', ')
  return joined.length <= 100 ? joined : items.every((item) => item.length < 50) ? wrapped(items) : items
}

function wrapped(items: readonly string[]): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const item of items) {
    if (line.length + item.length > 98) {
      lines.push(`${line},`)
      line = item
    } else line = line === '' ? item : `${line}, ${item}`
  }
  return [...lines, line]
}
