import { describe, expect, it } from 'vitest';
import { isDisposableDomain } from '../../domain/disposable-domains.js';
import { exampleSettings } from '../support/rules.js';

const isListed = (domain: string, added: string[] = [], excepted: string[] = []) =>
  isDisposableDomain(domain, { added: new Set(added), excepted: new Set(excepted) });

describe('a throw-away mail domain', () => {
  it('is one of the shipped list, with whatever lies below it', () => {
    for (const domain of ['mailinator.com', 'yopmail.com', 'a.b.sharklasers.com'])
      expect(isListed(domain), domain).toBe(true);
    for (const domain of ['', 'com', 'example.com', 'xmailinator.com', 'mailinator.com.example'])
      expect(isListed(domain), domain).toBe(false);
  });

  it('is what the settings add and not what they except; the nearest that is named counts', () => {
    expect(isListed('mx.shop.example', ['shop.example'])).toBe(true);
    expect(isListed('good.mailinator.com', [], ['good.mailinator.com'])).toBe(false);
    expect(isListed('other.mailinator.com', [], ['good.mailinator.com'])).toBe(true);
    expect(isListed('bad.good.mailinator.com', [], ['good.mailinator.com'])).toBe(false);
    expect(isListed('bad.shop.example', ['bad.shop.example'], ['shop.example'])).toBe(true);
  });

  it('is none of those that honest people have, by the shipped list and settings', () => {
    const honest = [
      ...['gmail.com', 'icloud.com', 'me.com', 'outlook.com', 'hotmail.com', 'live.com'],
      ...['yahoo.com', 'ymail.com', 'aol.com', 'gmx.de', 'web.de', 'mail.com', 'proton.me'],
      ...['protonmail.com', 'fastmail.com', 'hey.com', 'zoho.com', 'tuta.io', 'posteo.de'],
      ...['comcast.net', 'verizon.net', 'att.net', 'sbcglobal.net', 'cox.net', 'charter.net'],
      ...['rogers.com', 'bell.net', 'sympatico.ca', 'shaw.ca', 'telus.net', 'videotron.ca'],
      ...['orange.fr', 'free.fr', 'laposte.net', 'qq.com', '163.com', 'naver.com', 'mail.ru'],
      ...['privaterelay.appleid.com', 'duck.com', 'mozmail.com', 'simplelogin.com', 'opayq.com'],
      ...['passmail.net', 'addy.io', 'anonaddy.me', 'slmail.me', 'aleeas.com'],
    ];
    const excepted = [...exampleSettings().lastingEmailDomains];
    expect(honest.filter((domain) => isListed(domain, [], excepted))).toEqual([]);
  });
});
