import { describe, expect, it } from 'vitest'
import { LIFETIME_SECONDS } from '../../../local/bank/grants.ts'
import { type Branch, customer, openBranch } from './branch.ts'

const person = customer(16)
const { username, password } = person

function cookieOf(headers: Headers, name: string): string {
  const [cookie] = headers.getSetCookie().filter((line) => line.startsWith(`${name}=`))
  return cookie ?? ''
}

async function signIn(bank: Branch): Promise<string> {
  const reply = await bank.call('POST', '/login', { form: { username, password } })
  return cookieOf(reply.headers, 'bank_session').split(';')[0] ?? ''
}

describe('the pages', () => {
  it('lead from the landing page to a login form that anybody can use', async () => {
    const bank = await openBranch()
    const landing = await bank.call('GET', '/')
    expect(landing).toMatchObject({ status: 200, departures: [] })
    expect(landing.text).toContain('href="/login"')
    const login = await bank.call('GET', '/login')
    expect(login).toMatchObject({ status: 200, departures: [] })
    expect(login.text).toMatch(/<label>User name\s*<input name="username"/)
    expect(login.text).toMatch(/<label>Password\s*<input name="password" type="password"/)
    expect(cookieOf(login.headers, 'bank_visit')).not.toBe('')
  })

  it('load nothing and run nothing', async () => {
    const { headers, text } = await (await openBranch()).call('GET', '/login')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(text).not.toMatch(/<script|https?:|src=/)
  })
})

describe('logging in with the form', () => {
  it('sends the customer to the account page with a session cookie that scripts cannot read', async () => {
    const reply = await (await openBranch()).call('POST', '/login', { form: { username, password } })
    expect(reply).toMatchObject({ status: 303, departures: [] })
    expect(reply.headers.get('location')).toBe('/account')
    const cookie = cookieOf(reply.headers, 'bank_session')
    for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
      expect(cookie).toContain(attribute)
  })

  it.each([
    ['a wrong password', { form: { username, password: 'wrong' } }, 401],
    ['an unknown name', { form: { username: 'nobody', password } }, 401],
    ['a missing field', { form: { username } }, 400],
    ['an endless field', { form: { username, password: 'x'.repeat(129) } }, 400],
    ['a body beyond the bound', { form: { username, password: 'x'.repeat(70_000) } }, 413],
    ['JSON', { json: { username, password } }, 415],
  ])('shows the form again for %s', async (_, call, status) => {
    const reply = await (await openBranch()).call('POST', '/login', call)
    expect(reply).toMatchObject({ status, departures: [] })
    expect(reply.text).toContain('role="alert"')
    expect(cookieOf(reply.headers, 'bank_session')).toBe('')
  })

  it('refuses a field that comes twice, because two readers would believe different ones', async () => {
    const reply = await (await openBranch()).call('POST', '/login', {
      body: `username=${username}&password=wrong&password=${password}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(reply.status).toBe(400)
  })

  it('never gives typed text back', async () => {
    const reply = await (await openBranch()).call('POST', '/login', {
      form: { username: '<b>marker</b>', password: 'marker' },
    })
    expect(reply.text).not.toContain('marker')
  })

  it('counts nothing and locks nobody out: that is the work of the gate', async () => {
    const bank = await openBranch()
    for (let attempt = 0; attempt < 100; attempt += 1) {
      await bank.call('POST', '/login', { form: { username, password: `wrong-${attempt}` } })
    }
    expect((await bank.call('POST', '/login', { form: { username, password } })).status).toBe(303)
  })
})

describe('a session', () => {
  it("opens its customer's accounts and nobody else's", async () => {
    const bank = await openBranch()
    const { text, status } = await bank.call('GET', '/account', { headers: { cookie: await signIn(bank) } })
    expect(status).toBe(200)
    expect(text).toContain(person.name)
    for (const { nickname } of person.accounts) expect(text).toContain(nickname)
    expect(text).not.toContain(customer(17).name)
  })

  it('is needed: without one the account page leads to the login', async () => {
    const bank = await openBranch()
    for (const cookie of ['', 'bank_session=', `bank_session=${'A'.repeat(43)}`]) {
      const reply = await bank.call('GET', '/account', { headers: { cookie } })
      expect(reply).toMatchObject({ status: 303, departures: [] })
      expect(reply.headers.get('location')).toBe('/login')
    }
  })

  it('ends with a logout, at the bank and not only in the browser', async () => {
    const bank = await openBranch()
    const cookie = await signIn(bank)
    expect(await bank.call('POST', '/logout', { headers: { cookie } })).toMatchObject({
      status: 303,
      departures: [],
    })
    expect((await bank.call('GET', '/account', { headers: { cookie } })).status).toBe(303)
  })

  it('expires', async () => {
    const bank = await openBranch()
    const cookie = await signIn(bank)
    bank.pass(LIFETIME_SECONDS.session * 1000)
    expect((await bank.call('GET', '/account', { headers: { cookie } })).status).toBe(303)
  })
})

describe('logging in from a script', () => {
  it('answers who it is and opens a session', async () => {
    const bank = await openBranch()
    const reply = await bank.call('POST', '/api/login', { json: { username, password } })
    expect(reply).toMatchObject({ status: 200, departures: [], json: { customerId: person.customerId } })
    const cookie = cookieOf(reply.headers, 'bank_session')
    expect((await bank.call('GET', '/account', { headers: { cookie } })).status).toBe(200)
  })

  const json = { 'content-type': 'application/json' }
  it.each([
    ['a wrong password', { json: { username, password: 'wrong' } }, 401, 'invalid_credentials'],
    ['a password that is no string', { json: { username, password: 7 } }, 400, 'invalid'],
    ['half an object', { body: '{"username":', headers: json }, 400, 'malformed'],
    ['bytes that are not UTF-8', { body: Uint8Array.of(0x22, 0xff, 0x22), headers: json }, 400, 'malformed'],
    ['nothing', { headers: json }, 400, 'malformed'],
    ['a form', { form: { username, password } }, 415, 'media_type'],
    ['a body beyond the bound', { json: { username, password: 'x'.repeat(70_000) } }, 413, 'too_large'],
  ])('refuses %s', async (_, call, status, error) => {
    const reply = await (await openBranch()).call('POST', '/api/login', call)
    expect(reply).toMatchObject({ status, json: { error }, departures: [] })
  })
})
