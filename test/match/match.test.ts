import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Route } from '../../src/evidence.ts'
import { normalisePath } from '../../src/exchange/target.ts'
import { compileRoutes, type SignedOperations } from '../../src/match/compile.ts'
import { match } from '../../src/match/match.ts'
import { exchangeOf, LOGIN } from '../fixtures/facts.ts'

const FALLBACK: Route = { ...LOGIN, id: 'unmatched', methods: [], pattern: '/*', documented: false }

function routeOf(pattern: string, methods: readonly string[] = ['GET'], id = pattern): Route {
  return { ...LOGIN, id, pattern, methods }
}

function found(routes: readonly Route[], path: string, method = 'GET') {
  const target = { ...exchangeOf().target, path }
  const { route, parameters } = match(compileRoutes(routes, FALLBACK), exchangeOf({ method, target }))
  return { id: route.id, parameters }
}

function idOf(routes: readonly Route[], path: string, method = 'GET'): string {
  return found(routes, path, method).id
}

describe('match(): which pattern', () => {
  const ROUTES = [
    routeOf('/v1/{payment-service}/{payment-product}/{paymentId}'),
    routeOf('/v1/accounts/{account-id}/balances'),
    routeOf('/v1/accounts/{account-id}'),
    routeOf('/v1/accounts/*'),
    routeOf('/v1/accounts/me'),
    routeOf('/v1/*'),
    routeOf('/'),
  ]

  it.each([
    ['/v1/accounts/me', '/v1/accounts/me'],
    ['/v1/accounts/22289', '/v1/accounts/{account-id}'],
    ['/v1/accounts/22289/balances', '/v1/accounts/{account-id}/balances'],
    ['/v1/accounts/me/balances', '/v1/accounts/{account-id}/balances'],
    ['/v1/accounts/22289/transactions/1', '/v1/accounts/*'],
    ['/v1/payments/sepa/1', '/v1/{payment-service}/{payment-product}/{paymentId}'],
    ['/v1/payments/sepa/1/status', '/v1/*'],
    ['/v1/accounts', '/v1/accounts/*'],
    ['/v1', '/v1/*'],
    ['/', '/'],
    ['/v2', 'unmatched'],
    ['/v1accounts', 'unmatched'],
  ])('%s is %s, in whatever order the routes are configured', (path, id) => {
    expect(idOf(ROUTES, path)).toBe(id)
    expect(idOf(ROUTES.toReversed(), path)).toBe(id)
  })

  it('sends everything to a route for everything', () => {
    expect(idOf([routeOf('/*')], '/')).toBe('/*')
    expect(idOf([routeOf('/*')], '/a/b/c/')).toBe('/*')
  })

  it('ignores one trailing slash: a guarded path has no unguarded twin', () => {
    expect(idOf(ROUTES, '/v1/accounts/me/')).toBe('/v1/accounts/me')
    expect(found(ROUTES, '/v1/accounts/1/').parameters).toEqual({ 'account-id': '1' })
  })

  it('finds a route in another case, because many origins would, and the exact one where there are both', () => {
    expect(idOf(ROUTES, '/V1/Accounts/me')).toBe('/v1/accounts/me')
    const both = [routeOf('/Login'), routeOf('/login')]
    expect(idOf(both, '/login')).toBe('/login')
    expect(idOf(both, '/LOGIN')).toBe('/Login')
    expect(idOf([routeOf('/a/x'), routeOf('/A/y')], '/A/x')).toBe('/a/x')
  })

  it('compares segments decoded: a reserved character may be encoded or not', () => {
    expect(idOf([routeOf('/a,b/c@d')], '/a%2Cb/c%40d')).toBe('/a,b/c@d')
    expect(idOf([routeOf('/a/b')], '/a%2Fb')).toBe('unmatched')
  })
})

describe('match(): which method', () => {
  const ROUTES = [
    routeOf('/login', ['GET'], 'page'),
    routeOf('/login', ['POST'], 'form'),
    routeOf('/api/login', ['POST'], 'api-login'),
    routeOf('/api/*', ['GET', 'POST'], 'api'),
    routeOf('/api/{id}', ['PUT'], 'put'),
  ]

  it.each([
    ['GET', '/login', 'page'],
    ['POST', '/login', 'form'],
    ['HEAD', '/login', 'page'],
    ['PUT', '/login', 'unmatched'],
    ['POST', '/api/login', 'api-login'],
    ['GET', '/api/login', 'api'],
    ['HEAD', '/api/login', 'api'],
    ['PUT', '/api/login', 'put'],
    ['DELETE', '/api/login', 'unmatched'],
    ['get', '/login', 'unmatched'],
  ])('%s %s is %s', (method, path, id) => {
    expect(idOf(ROUTES, path, method)).toBe(id)
  })

  it('lets a route list HEAD for itself', () => {
    expect(idOf([...ROUTES, routeOf('/login', ['HEAD'], 'head')], '/login', 'HEAD')).toBe('head')
  })

  it('takes the first of two routes that say the same', () => {
    expect(idOf([routeOf('/a/{x}', ['GET'], 'first'), routeOf('/a/{y}', ['GET'], 'second')], '/a/1')).toBe(
      'first',
    )
  })
})

describe('match(): a method that no route of a guarded path lists', () => {
  const plain = { sensitivity: 'other', fields: { user: [], password: [], card: [] } } as const
  const ROUTES: readonly Route[] = [
    { ...routeOf('/login', ['GET'], 'page'), ...plain, dialect: 'page' },
    { ...routeOf('/login', ['POST'], 'form'), dialect: 'page' },
    { ...routeOf('/pay/{id}', ['POST'], 'pay'), ...plain, sensitivity: 'payment', dialect: 'obie-4.0' },
    { ...routeOf('/top-up', ['POST'], 'card'), ...plain, fields: { user: [], password: [], card: ['card'] } },
    { ...routeOf('/news/*', ['GET'], 'news'), ...plain },
  ]

  function allowed(path: string, method: string) {
    const target = { ...exchangeOf().target, path }
    return match(compileRoutes(ROUTES, FALLBACK), exchangeOf({ method, target })).allowed
  }

  it.each([
    ['PUT', '/login', ['GET', 'POST', 'HEAD']],
    ['LOGIN', '/LOGIN/', ['GET', 'POST', 'HEAD']],
    ['post', '/login', ['GET', 'POST', 'HEAD']],
    ['DELETE', '/pay/7', ['POST']],
    ['GET', '/top-up', ['POST']],
    ['HEAD', '/top-up', ['POST']],
  ])('%s %s is told, with the methods that they list', (method, path, methods) => {
    expect(allowed(path, method)).toEqual(methods)
  })

  it.each([
    ['POST', '/login'],
    ['HEAD', '/login'],
    ['PUT', '/news/today'],
    ['PUT', '/nowhere'],
    ['PUT', '/pay'],
  ])('%s %s is not told so', (method, path) => {
    expect(allowed(path, method)).toBeUndefined()
  })

  it('is matched by the fallback, which answers in the dialect of the path', () => {
    const target = { ...exchangeOf().target, path: '/pay/7' }
    const { route } = match(compileRoutes(ROUTES, FALLBACK), exchangeOf({ method: 'PUT', target }))
    expect(route).toEqual({ ...FALLBACK, dialect: 'obie-4.0' })
  })
})

describe('match(): a method that no route lists, where its routes ask for proof', () => {
  const quiet = { ...LOGIN, fields: { user: [], password: [], card: [] }, sensitivity: 'account' } as const
  const asking = { ...quiet, channel: 'tpp', dialect: 'obie-4.0', posture: 'observe' } as const
  const OPERATIONS = new Map([['accounts', ['PSP_AI'] as const]])
  const matcher = compileRoutes(
    [
      { ...asking, ...routeId('accounts', '/aisp/accounts/*'), certificate: 'required' },
      { ...asking, ...routeId('mine', '/mine'), token: 'required', roles: ['PSP_PI'] },
      { ...asking, ...routeId('phone', '/phone'), app: 'required' },
      { ...asking, ...routeId('news', '/news') },
    ],
    FALLBACK,
    { 'obie-4.0': { operations: OPERATIONS } },
  )

  function routeId(id: string, pattern: string) {
    return { id, pattern, methods: ['GET'] } as const
  }

  function matched(method: string, path: string) {
    return match(matcher, exchangeOf({ method, target: { ...exchangeOf().target, path } }))
  }

  it.each(['PUT', 'PROPFIND', 'get', 'OPTIONS'])('%s asks for the same certificate and role', (method) => {
    const { route, roles, allowed } = matched(method, '/AISP/accounts/7')
    const { dialect, channel, sensitivity, posture } = asking
    expect(route).toEqual({
      ...{ ...FALLBACK, dialect, channel, sensitivity, posture },
      certificate: 'required',
    })
    expect(roles).toEqual([['PSP_AI']])
    expect(allowed).toBeUndefined()
  })

  it('asks for the same token, and for the roles that the route names', () => {
    expect(matched('PUT', '/mine')).toMatchObject({
      route: { id: 'unmatched', token: 'required', documented: false },
      roles: [['PSP_PI']],
    })
  })

  it('asks for the same proof of the app', () => {
    expect(matched('PUT', '/phone')).toMatchObject({ route: { id: 'unmatched', app: 'required' } })
  })

  it('asks for nothing where its routes do not', () => {
    expect(matched('PUT', '/news')).toMatchObject({ route: FALLBACK, roles: [] })
  })
})

// PUT of the mobile login went to the bank compressed and uncounted, under the id of `/mobile/v1/*`, which lists PUT.
describe('match(): a method that only a wider pattern lists, where a better one looks for secrets', () => {
  const plain = { sensitivity: 'account', fields: { user: [], password: [], card: [] } } as const
  const ALL = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'] as const
  const ROUTES: readonly Route[] = [
    { ...routeOf('/mobile/*', ALL, 'mobile'), ...plain },
    { ...routeOf('/mobile/login', ['POST'], 'login'), dialect: 'obie-4.0' },
    { ...routeOf('/mobile/session', ['POST'], 'session') },
    { ...routeOf('/mobile/session', ['DELETE'], 'session-end'), ...plain },
    {
      ...routeOf('/mobile/cards/{id}', ['POST'], 'card'),
      ...plain,
      fields: { ...plain.fields, card: ['/n'] },
    },
    { ...routeOf('/mobile/auth/*', ['POST'], 'auth') },
    { ...routeOf('/mobile/news', ['GET'], 'news'), ...plain },
    { ...routeOf('/mobile/payments', ['POST'], 'payments'), ...plain, sensitivity: 'payment' },
    { ...routeOf('/form/*', ALL, 'forms') },
    { ...routeOf('/form/login', ['POST'], 'form-login') },
    { ...routeOf('/other/*', ALL, 'others'), fields: { user: ['name'], password: ['password'], card: [] } },
    { ...routeOf('/other/login', ['POST'], 'other-login') },
  ]

  function matched(method: string, path: string) {
    return match(
      compileRoutes(ROUTES, FALLBACK),
      exchangeOf({ method, target: { ...exchangeOf().target, path } }),
    )
  }

  it.each([
    ['PUT', '/mobile/login', ['GET', 'POST', 'OPTIONS', 'HEAD']],
    ['DELETE', '/Mobile/LOGIN/', ['GET', 'POST', 'OPTIONS', 'HEAD']],
    ['PUT', '/mobile/session', ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD']],
    ['PUT', '/mobile/cards/7', ['GET', 'POST', 'OPTIONS', 'HEAD']],
    ['PUT', '/mobile/auth', ['GET', 'POST', 'OPTIONS', 'HEAD']],
    ['PUT', '/mobile/auth/a/b', ['GET', 'POST', 'OPTIONS', 'HEAD']],
    // The wider one looks elsewhere.
    ['PUT', '/other/login', ['GET', 'POST', 'OPTIONS', 'HEAD']],
    // Listed by neither.
    ['PATCH', '/mobile/login', ['GET', 'POST', 'OPTIONS', 'HEAD']],
  ])('%s %s is not served by the wider one, and told which methods are', (method, path, methods) => {
    const { route, allowed } = matched(method, path)
    expect(route.id).toBe('unmatched')
    expect(allowed?.toSorted()).toEqual(methods.toSorted())
  })

  it('is answered in the dialect of the route that looks', () => {
    expect(matched('PUT', '/mobile/login').route).toEqual({ ...FALLBACK, dialect: 'obie-4.0' })
  })

  it.each([
    ['POST', '/mobile/login', 'login'],
    ['GET', '/mobile/login', 'mobile'],
    ['HEAD', '/mobile/login', 'mobile'],
    ['DELETE', '/mobile/session', 'session-end'],
    ['PUT', '/mobile/accounts', 'mobile'],
    ['PUT', '/mobile/news', 'mobile'],
    ['DELETE', '/mobile/payments', 'mobile'],
    // The wider one looks in the same places.
    ['PUT', '/form/login', 'forms'],
  ])('%s %s is still served by %s', (method, path, id) => {
    const { route, allowed } = matched(method, path)
    expect([route.id, allowed]).toEqual([id, undefined])
  })

  it('leaves a preflight to the route that lists it, and says what else there is should it carry a body', () => {
    const { route, allowed } = matched('OPTIONS', '/mobile/login')
    expect(route.id).toBe('mobile')
    expect(allowed?.toSorted()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST'])
  })
})

describe('match(): a method that only a wider pattern lists, where a better one asks for proof', () => {
  const open = { sensitivity: 'other', fields: { user: [], password: [], card: [] } } as const
  const asking = { certificate: 'required', token: 'required' } as const
  const ROUTES: readonly Route[] = [
    { ...routeOf('/api/*', ['GET', 'PUT', 'DELETE', 'OPTIONS'], 'wide'), ...open },
    { ...routeOf('/api/accounts', ['GET'], 'accounts'), ...open, ...asking },
    { ...routeOf('/api/devices', ['POST'], 'devices'), ...open, app: 'required' },
    { ...routeOf('/api/news', ['POST'], 'news'), ...open },
  ]
  function matched(method: string, path: string) {
    const target = { ...exchangeOf().target, path }
    return match(compileRoutes(ROUTES, FALLBACK), exchangeOf({ method, target })).route
  }

  it('is served by the wider one to who has what the better one asks for', () => {
    expect(matched('PUT', '/api/accounts')).toMatchObject({ id: 'wide', ...asking })
    expect(matched('DELETE', '/api/devices')).toMatchObject({ id: 'wide', app: 'required' })
  })

  it('asks for nothing more of a page, nor where the better one asks for nothing', () => {
    const [wide] = ROUTES
    expect(matched('GET', '/api/devices')).toBe(wide)
    expect(matched('PUT', '/api/news')).toBe(wide)
  })
})

describe('match(): parameters', () => {
  it('decodes each once', () => {
    const routes = [routeOf('/accounts/{account-id}/payees/{payee}')]
    expect(found(routes, '/accounts/a%20b/payees/%252F').parameters).toEqual({
      'account-id': 'a b',
      payee: '%2F',
    })
  })

  it('leaves what cannot be decoded as it is', () => {
    expect(found([routeOf('/a/{x}')], '/a/%C0%AF').parameters).toEqual({ x: '%C0%AF' })
  })

  it('names the parameters of the pattern that won, and none of those that were tried', () => {
    const routes = [routeOf('/a/{first}/b'), routeOf('/a/{second}/*')]
    expect(found(routes, '/a/1/b').parameters).toEqual({ first: '1' })
    expect(found(routes, '/a/1/c').parameters).toEqual({ second: '1' })
  })

  it('keeps a parameter called __proto__ away from the prototype', () => {
    const { parameters } = found([routeOf('/a/{__proto__}')], '/a/polluted')
    expect(Object.entries(parameters)).toEqual([['__proto__', 'polluted']])
    expect('polluted' in {}).toBe(false)
  })
})

describe('match(): any path', () => {
  const segment = fc.constantFrom('a', 'b', '{x}', '{y}', 'A', 'é')
  const patterns = fc.array(
    fc
      .tuple(fc.array(segment, { maxLength: 4 }), fc.boolean())
      .map(([segments, rest]) => `/${[...segments, ...(rest ? ['*'] : [])].join('/')}`),
    { maxLength: 12 },
  )
  const paths = fc.string({ unit: fc.constantFrom(...'/aAb%2e;\\é', '%2F', '..'), maxLength: 20 })

  it('never throws, and gives the fallback or a route that has this method', () => {
    fc.assert(
      fc.property(patterns, paths, fc.constantFrom('GET', 'HEAD', 'POST'), (list, raw, method) => {
        const routes = list.map((pattern, at) => routeOf(pattern, at % 2 === 0 ? ['GET'] : ['POST'], `${at}`))
        const { id } = found(routes, normalisePath(`/${raw}`, new Set()), method)
        const methods = routes.find((route) => route.id === id)?.methods ?? [method]
        expect(methods).toContain(method === 'HEAD' && id !== 'unmatched' ? 'GET' : method)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is not slowed down by the path that tries the most branches', () => {
    const routes = Array.from({ length: 12 }, (_, depth) => [
      routeOf(`${'/a'.repeat(depth)}/{x}${'/a'.repeat(12 - depth)}/end`),
      routeOf(`${'/{x}'.repeat(depth)}/a${'/a'.repeat(12 - depth)}/end`),
    ]).flat()
    const before = compileRoutes(routes, FALLBACK)
    const target = { ...exchangeOf().target, path: `${'/a'.repeat(5_000)}` }
    for (let at = 0; at < 100; at++) {
      expect(match(before, exchangeOf({ target })).route.id).toBe('unmatched')
    }
  })
})

describe('match(): which operations are signed', () => {
  const OPERATIONS = {
    methods: ['POST', 'PUT'],
    signed: new Set(['payments']),
    unsigned: new Set(['accounts']),
  }

  function signed(path: string, method: string, signature: Route['signature'] = 'required') {
    const routes: readonly Route[] = [{ ...routeOf('/v1/*', ['GET', 'POST', 'PUT'], 'api'), signature }]
    const matcher = compileRoutes(routes, FALLBACK, {}, (route) => (route === 'api' ? OPERATIONS : undefined))
    const target = { ...exchangeOf().target, path }
    return match(matcher, exchangeOf({ method, target })).signed
  }

  it.each([
    ['a payment', '/v1/payments', 'POST', true],
    ['a payment in capitals', '/v1/PAYMENTS', 'POST', true],
    ['a payment with its letters encoded', '/v1/p%61yments', 'POST', true],
    ['what is asked about it', '/v1/payments/1', 'GET', false],
    ['what the standard leaves unsigned', '/v1/accounts', 'POST', false],
    [
      'a path of both kinds, so that no detour leads round the signature',
      '/v1/accounts/payments',
      'POST',
      true,
    ],
    ['what the standard does not know', '/v1/something', 'POST', true],
  ] as const)('%s: %s %s is %s', (_what, path, method, expected) => {
    expect(signed(path, method)).toBe(expected)
  })

  it('says nothing where the route verifies none', () => {
    expect(signed('/v1/payments', 'POST', 'ignored')).toBeUndefined()
  })
})

// PUT of a signed operation reached the bank unsigned, under the fallback's id, because only a certificate, a token and the app's
// proof were asked for again.
describe('match(): a method that no route lists, where its routes ask for a signature', () => {
  const quiet = { ...LOGIN, fields: { user: [], password: [], card: [] }, sensitivity: 'account' } as const
  const signing = {
    ...quiet,
    methods: ['GET', 'POST'],
    certificate: 'required',
    signature: 'required',
  } as const
  const NONE: ReadonlySet<string> = new Set()
  const OPERATIONS: Readonly<Record<string, SignedOperations>> = {
    everything: { methods: [], signed: NONE, unsigned: NONE },
    payments: { methods: ['POST', 'PUT'], signed: new Set(['pisp']), unsigned: new Set(['aisp']) },
    either: { methods: [], signed: NONE, unsigned: NONE },
  }
  const matcher = compileRoutes(
    [
      { ...signing, id: 'everything', pattern: '/psd2/*' },
      { ...signing, id: 'payments', pattern: '/open-banking/*' },
      { ...signing, id: 'either', pattern: '/either', signature: 'optional' },
    ],
    FALLBACK,
    {},
    (id) => OPERATIONS[id],
  )

  it.each([
    ['PUT', '/psd2/consents', ['GET', 'POST', 'HEAD']],
    ['DELETE', '/PSD2/consents/7', ['GET', 'POST', 'HEAD']],
    ['PUT', '/open-banking/pisp/payments', ['GET', 'POST', 'HEAD']],
    ['PUT', '/open-banking/unheard-of', ['GET', 'POST', 'HEAD']],
    // What its profile does not sign.
    ['DELETE', '/open-banking/pisp/payments/7', undefined],
    ['PUT', '/open-banking/aisp/accounts', undefined],
    // What nobody would miss.
    ['PUT', '/either', undefined],
  ])('%s %s may be done by %j', (method, path, methods) => {
    const target = { ...exchangeOf().target, path }
    expect(match(matcher, exchangeOf({ method, target })).allowed).toEqual(methods)
  })

  it('is not done unsigned by a wider pattern that lists it', () => {
    const wide: Route = {
      ...{ ...quiet, id: 'wide', pattern: '/*', signature: 'ignored' },
      methods: ['GET', 'PUT', 'DELETE'],
    }
    const signed: readonly Route[] = [
      { ...signing, id: 'everything', pattern: '/psd2/*' },
      { ...signing, id: 'payments', pattern: '/open-banking/*' },
    ]
    const wider = compileRoutes([wide, ...signed], FALLBACK, {}, (id) => OPERATIONS[id])
    const of = (method: string, path: string) => {
      const { route, allowed } = match(
        wider,
        exchangeOf({ method, target: { ...exchangeOf().target, path } }),
      )
      return [route.id, allowed]
    }
    expect(of('PUT', '/psd2/consents')).toEqual(['unmatched', ['GET', 'POST', 'HEAD']])
    expect(of('PUT', '/open-banking/pisp/payments')[0]).toBe('unmatched')
    expect(of('DELETE', '/open-banking/pisp/payments/7')).toEqual(['wide', undefined])
    expect(of('PUT', '/elsewhere')).toEqual(['wide', undefined])
  })
})
