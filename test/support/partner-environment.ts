import { partnerDeclarations } from '../../contracts/voting-partners.js';

const declared = Object.entries(partnerDeclarations);

/** A value for each variable that goes with a partner's URL, as client and simulator share it. */
export const partnerCredentials: Readonly<Record<string, string>> = Object.fromEntries(
  declared
    .flatMap(([, { environment }]) => Object.keys({ ...environment.texts, ...environment.secrets }))
    .map((name) => [name, `test-${name.toLowerCase()}`]),
);

/** The URL of each voting partner's simulator, by its variable. */
export const partnerUrls = (simulators: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    declared.map(([name, { environment }]) => [environment.url, `${simulators}/${name}`]),
  );
