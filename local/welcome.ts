/** What `npm start` prints: where everything is, and lines to paste into a shell. */
import { customers } from './bank/customers.ts'

export interface Open {
  readonly url: string
  readonly folder: string
  readonly authorityPath: string
  /** The operator's. */
  readonly token: string
  readonly botManagement: boolean
}

export function welcome(open: Open): string {
  const { url, folder } = open
  const person = customers[0]
  return `
Portcullis: a gate, an edge in front of it and a demo bank behind it. A development tool, on this machine only.

  The bank's login page   ${url}/login
                          as ${person?.username} with ${person?.password} (nobody real)
  The operator's page     ${url}/_portcullis/
                          token ${open.token}
  What is there, at risk  ${url}/_portcullis/inventory and /findings, or npm run findings;
                          looked at every half minute
  From a shell            curl --cacert ${open.authorityPath} ${url}/login
                          and --interface 127.64.0.9 to come from a hosting network

  Signed requests         npm run sign -- --dialect list: each has ${url}/demo/echo/signed/NAME,
                          behind which the bank tells what has arrived (docs/third-parties.md)

  Third parties, invented, with their certificates (README.md tells their story):
${thirdParties(open)}

  request.cf.botManagement (JA3, JA4) is ${open.botManagement ? 'filled: --no-bot-management leaves it out' : 'left out'}.
  Memory, certificates and secrets are in ${folder}: remove it to start afresh.
  Ctrl+C stops.
`
}

/** One line each: whom to play, where, and what comes of it. */
const SCENES = [
  ['aisp', '/psd2/v1/accounts', 'TOKEN_UNKNOWN: it gets in, and it is the bank that asks for a token'],
  ['pisp', '/psd2/v1/accounts', 'ROLE_INVALID: it may pay, and not read accounts'],
  ['cbpii', '/psd2/v1/accounts', 'ROLE_INVALID: it may ask for funds, and nothing else'],
  [
    'cbpii',
    '/open-banking/v4.0/cbpii/funds-confirmation-consents --json {}',
    '401 of the bank: it gets in there',
  ],
  ['expired', '/psd2/v1/accounts', 'CERTIFICATE_EXPIRED'],
  ['revoked', '/psd2/v1/accounts', 'CERTIFICATE_REVOKED: its authority says so, asked over OCSP'],
  ['wrong-type', '/psd2/v1/accounts', 'CERTIFICATE_INVALID: a seal, shown in a handshake'],
  ['untrusted', '/psd2/v1/accounts', 'CERTIFICATE_INVALID: nobody listed has issued it'],
  ['forged', '/psd2/v1/accounts', 'CERTIFICATE_INVALID: the listed authority by name, and not by key'],
  ['withdrawn', '/psd2/v1/accounts', 'CERTIFICATE_BLOCKED: the register has withdrawn its holder'],
  ['blocked', '/psd2/v1/accounts', 'CERTIFICATE_BLOCKED: the bank has'],
  ['pisp', '/psd2/v1/accounts --header X-SSL-Client-Verify:SUCCESS', 'ROLE_INVALID: headers change nothing'],
] as const

function thirdParties({ url, folder, authorityPath }: Open): string {
  const shell = [
    `tpp() { name=$1; shift; curl --silent --show-error --include --cacert ${authorityPath} \\`,
    `  --cert ${folder}/tpp/$name.pem --key ${folder}/tpp/$name.key \\`,
    `  --header X-Request-ID:99391c7e-ad88-49ec-a2ad-99ddcb1f7721 "$@"; echo; }`,
    ...SCENES.map(([name, path, outcome]) => `tpp ${name} ${url}${path}  # ${outcome}`),
  ]
  return shell.map((line) => `    ${line}`).join('\n')
}
