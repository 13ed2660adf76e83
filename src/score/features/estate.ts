/**
 * What everybody does who is alike in one way, merged over all isolates: software, network, country, card issuer, password,
 * route. All are shares, or differences from what is usual: a bank ten times as large has ten times the volume, and is under
 * no attack for that.
 */
import {
  addressesPerAttempt,
  type CompanyMeasure,
  evenness,
  failuresAboveUsual,
  inCompany,
  shareOfRoute,
  surge,
  topAccount,
  topClient,
} from '../company.ts'
import {
  accountsPerAttempt,
  type Feature,
  failureRatio,
  logSeconds,
  type Measure,
  support,
  unresolvedShare,
} from '../measures.ts'

const does =
  (measure: Measure): CompanyMeasure =>
  ({ behaviour }, evidence) =>
    measure(behaviour, evidence)

export const ESTATE_FEATURES = {
  /** How old the picture is: an isolate that has slept knows little of what is going on. */
  cohortStaleness: inCompany('cohort', ({ staleness }) => logSeconds(staleness)),
  /** A tool that was not there an hour ago makes many attempts; a browser's new version comes over days. */
  cohortSurge: inCompany('cohort', surge('attempts')),
  /** What suddenly fails. Software that people mistype passwords with always fails a little. */
  cohortFailuresAboveUsual: inCompany('cohort', failuresAboveUsual),
  /** A campaign in its first minutes, before it fills an hour. */
  cohortFailureRatioTenMinutes: inCompany('cohort', does(failureRatio('tenMinutes'))),
  /** A pump keeps its pace over a million addresses; a public comes as it comes. */
  cohortEvenness: inCompany('cohort', evenness),
  /** A monitor is its whole cohort; a campaign is spread so that nobody stands out. */
  cohortTopClient: inCompany('cohort', topClient),
  /** Single-use addresses: each attempt from another. */
  cohortAddressesPerAttempt: inCompany('cohort', addressesPerAttempt),
  /** Everybody of this software at one account. */
  cohortTopAccount: inCompany('cohort', topAccount),

  /** How much the network's figures rest on. */
  networkSupport: inCompany('network', does(support('hour'))),
  /** A carrier's customers fail as people do, whatever their number. */
  networkFailureRatioHour: inCompany('network', does(failureRatio('hour'))),
  /** While it is being stopped. */
  networkUnresolvedShare: inCompany('network', does(unresolvedShare('hour'))),
  /** A network of customers tries its own accounts again; a network of rented machines a new one each time. */
  networkAccountsPerAttempt: inCompany('network', does(accountsPerAttempt('hour'))),
  /** Against its own past: a carrier is always busy, a data centre is not. */
  networkSurge: inCompany('network', surge('attempts')),
  /** As above. */
  networkFailuresAboveUsual: inCompany('network', failuresAboveUsual),
  /** One network that suddenly makes most of all attempts. */
  networkShareOfRoute: inCompany('network', shareOfRoute('tenMinutes')),

  /** Attempts from a country that the bank has few customers in. */
  countrySurge: inCompany('country', surge('attempts')),
  /** As above, where customers are. */
  countryFailuresAboveUsual: inCompany('country', failuresAboveUsual),
  /** As for the network. */
  countryFailureRatioHour: inCompany('country', does(failureRatio('hour'))),

  /** How much the issuer's figures rest on. */
  binSupport: inCompany('bin', does(support('hour'))),
  /** Numbers that are made up under one issuer are mostly nobody's. */
  binFailureRatioHour: inCompany('bin', does(failureRatio('hour'))),
  /** While it is being stopped. */
  binUnresolvedShare: inCompany('bin', does(unresolvedShare('hour'))),
  /** People pay with one card again and again. */
  binCardsPerAttempt: inCompany('bin', does(accountsPerAttempt('hour'))),
  /** Against what is usual for the issuer. */
  binSurge: inCompany('bin', surge('attempts')),

  /** How much the password's figures rest on. */
  passwordSupport: inCompany('password', does(support('hour'))),
  /** One password, each time another account: spraying. Whoever mistypes his own tries it on his own. */
  passwordAccountsPerAttempt: inCompany('password', does(accountsPerAttempt('hour'))),
  /** A popular password opens something now and then; a sprayed one hardly ever. */
  passwordFailureRatioHour: inCompany('password', does(failureRatio('hour'))),
  /** Far more of all attempts than one password of many has. */
  passwordShareOfRoute: inCompany('password', shareOfRoute('hour')),
  /** As above, in the first minutes. */
  passwordShareOfRouteTenMinutes: inCompany('password', shareOfRoute('tenMinutes')),

  /** The route's own weather: a campaign of many shapes shows in none of them and here. */
  routeSurge: inCompany('route', surge('attempts')),
  /** As above. */
  routeFailuresAboveUsual: inCompany('route', failuresAboveUsual),
  /** A flood on one endpoint, of whatever it may be. */
  routeRequestSurge: inCompany('route', surge('requests')),
  /** Everybody at one account. */
  routeTopAccount: inCompany('route', topAccount),
} as const satisfies Record<string, Feature>
