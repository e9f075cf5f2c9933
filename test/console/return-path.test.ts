import { expect, it } from 'vitest';
import { safeReturnPath, signInAddress } from '../../console/return-path.js';

it.each([
  ['/console/queue?view=mine&x=%2F%2Fevil', '/console/queue?view=mine&x=%2F%2Fevil'],
  ['/console/cases/7#notes', '/console/cases/7'],
  ['https://evil.example/console/', '/console/'],
  ['//evil.example/console/', '/console/'],
  ['/\\evil.example/console/', '/console/'],
  ['/console/../admin', '/console/'],
  ['/console/..//evil.example', '/console/'],
  ['/console//evil.example', '/console/'],
  ['/console/\\evil.example', '/console/'],
  ['/\tevil.example/console/', '/console/'],
  ['javascript:alert(1)', '/console/'],
  ['/console/sign-in?return=/console/sign-in', '/console/'],
  ['/console/sign-out', '/console/'],
  ['/consoles/queue', '/console/'],
  ['', '/console/'],
])('whoever signs in to return to %j lands on %j: never on another site', (given, path) => {
  expect(safeReturnPath(given)).toBe(path);
  expect(signInAddress(given)).toBe(`/console/sign-in?return=${encodeURIComponent(path)}`);
});
