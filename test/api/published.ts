import { z } from 'zod';

export type Json = Record<string, unknown>;

/** One operation as the OpenAPI document shows it. */
export interface Published extends Json {
  readonly summary: string;
  readonly description?: string;
  readonly security: unknown[];
  readonly parameters: (Json & { name: string; in: string; required: boolean; schema: Json })[];
  readonly requestBody?: {
    required: boolean;
    content: Record<string, { schema: Json; examples?: Record<string, { value: unknown }> }>;
  };
  readonly responses: Record<string, { description: string; content?: Record<string, Json> }>;
}

export interface PublishedDocument {
  readonly paths: Record<string, Record<string, Published>>;
  readonly components: { schemas: Record<string, Json> };
}

/** Every operation of a document. */
export const operationsIn = ({ paths }: PublishedDocument) =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

/** A schema of the document, as a parser. */
export const parserOf = ({ components }: PublishedDocument, schema: unknown) => {
  const whole = JSON.stringify({ ...(schema as Json), $defs: components.schemas });
  return z.fromJSONSchema(
    JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')) as Parameters<
      typeof z.fromJSONSchema
    >[0],
  );
};

/** The roles that the document says an operation lets in. */
export const rolesOf = ({ description }: Published): string[] =>
  /^Roles: ([a-z, ]+)\./.exec(String(description))?.[1]?.split(', ') ?? [];
