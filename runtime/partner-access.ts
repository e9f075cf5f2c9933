import { z } from 'zod';
import type { PartnerAccess, PartnerDeclaration } from '../contracts/partner-declaration.js';
import type { Settings } from '../contracts/settings.js';
import {
  partnerDeclarations,
  type VotingPartner,
  votingPartners,
} from '../contracts/voting-partners.js';
import { baseUrlOrEmpty, type Environment, parseEnvironment } from './env.js';
import { Secret } from './secret.js';

/** URL and credentials of each partner that has a URL. */
export type PartnerAccesses = Readonly<Partial<Record<VotingPartner, PartnerAccess>>>;

const declarations = votingPartners.map((name) => partnerDeclarations[name]);

const namesWithUrl = ({ texts, secrets }: PartnerDeclaration['environment']): string[] =>
  Object.keys({ ...texts, ...secrets });

/** Variables whose value may come from a file. */
export const partnerSecretNames: readonly string[] = declarations.flatMap(({ environment }) =>
  Object.keys(environment.secrets),
);

/** The variables that belong to each partner's URL. */
export const partnerCredentials: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  declarations.map(({ environment }) => [environment.url, namesWithUrl(environment)]),
);

const shape: Readonly<Record<string, z.ZodType<string | undefined>>> = Object.fromEntries(
  declarations.flatMap(({ environment: { url, texts, secrets } }) => [
    [url, baseUrlOrEmpty.optional()] as const,
    ...Object.entries({ ...texts, ...secrets }).map(
      ([name, form]) => [name, form.optional()] as const,
    ),
  ]),
);
const Variables = z.object(shape);

const accessOf = (
  values: z.output<typeof Variables>,
  { environment }: PartnerDeclaration,
): PartnerAccess | undefined => {
  const url = values[environment.url];
  if (url === undefined) return undefined;
  const valuesOf = (names: object) =>
    Object.keys(names).map((name) => [name, values[name] ?? ''] as const);
  return {
    url,
    texts: Object.fromEntries(valuesOf(environment.texts)),
    secrets: Object.fromEntries(
      valuesOf(environment.secrets).map(([name, value]) => [name, new Secret(value)]),
    ),
  };
};

/** Reads URLs and credentials of the partners. Throws `ConfigError` with every invalid variable. */
export const readPartnerAccesses = (env: Environment): PartnerAccesses => {
  const values = parseEnvironment(Variables, env);
  return Object.fromEntries(
    votingPartners.flatMap((name) => {
      const access = accessOf(values, partnerDeclarations[name]);
      return access === undefined ? [] : [[name, access]];
    }),
  );
};

/** Settings that partners with a URL need but that are missing. */
export const findMissingSettings = (partners: PartnerAccesses, settings: Settings): string[] =>
  votingPartners.flatMap((name) => {
    if (partners[name] === undefined) return [];
    const { neededSettings, environment } = partnerDeclarations[name];
    const given = new Map(Object.entries(settings[name]));
    return neededSettings
      .filter((setting) => given.get(setting) === undefined)
      .map(
        (setting) => `VERDICT_SETTINGS: ${name}.${setting}: is not set, and ${environment.url} is`,
      );
  });

/**
 * The partners that an order asks: configured ones, and mandatory ones, for which each order
 * records that they are not configured.
 */
export const partnersToAsk = (partners: PartnerAccesses): VotingPartner[] =>
  votingPartners.filter(
    (name) => partners[name] !== undefined || !partnerDeclarations[name].isOptional,
  );
