import { describe, expect, it } from 'vitest'
import { tellsOfSoftware } from '../../../src/inventory/sensitive/error-detail.ts'

const tells = (text: string) => tellsOfSoftware(new TextEncoder().encode(text))

describe('the body of an error', () => {
  it.each([
    ['Node', 'TypeError: x\n    at Object.get (/srv/app/index.js:12:34)'],
    ['Node, in JSON', JSON.stringify({ stack: 'Error: x\n    at get (file:///srv/app/a.js:1:2)' })],
    ['Java', 'java.lang.NullPointerException\n\tat org.bank.Account.find(Account.java:42)'],
    ['Spring', '{"exception":"org.springframework.dao.DataAccessException"}'],
    ['.NET', 'at Bank.Find(String id) in C:\\src\\Accounts.cs:line 42'],
    ['.NET exceptions', 'System.Data.SqlClient.SqlException: timeout'],
    ['Python', 'Traceback (most recent call last):\n  File "/srv/a.py", line 3'],
    ['Go', 'panic: x\n\ngoroutine 1 [running]:'],
    ['Ruby', "/app/models/account.rb:12:in `find'"],
    ['PHP', '<b>Warning</b>: x in <b>/var/www/a.php</b> on line <b>3</b>'],
    ['Oracle', 'ORA-00942: table or view does not exist'],
    ['SQL', 'SQLSTATE[42S02]: Base table not found'],
  ])('tells of %s', (_software, text) => {
    expect(tells(text)).toBe(true)
  })

  it.each([
    '{"Code":"400","Errors":[{"ErrorCode":"U002","Message":"Field is missing","Path":"Data.Initiation"}]}',
    '{"tppMessages":[{"category":"ERROR","code":"FORMAT_ERROR","text":"look at line 3 (again)"}]}',
    '<html><body>We are at work (back at 12:30:00)</body></html>',
    'Please try again at (0800) 123:45:67',
    '',
  ])('tells nothing: %s', (text) => {
    expect(tells(text)).toBe(false)
  })

  it('keeps nobody waiting, however it is made', { timeout: 5_000 }, () => {
    for (const part of [
      'at ',
      'System.a.',
      ') in ',
      'File "',
      'org.hibernate.a',
      'goroutine 1 [',
      '.rb:1',
      '(/:1',
    ])
      expect(tells(part.repeat(70_000 / part.length))).toBe(false)
  })
})
