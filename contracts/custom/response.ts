import { z } from 'zod';

/** The generic partner's answer: any JSON object. The `vote` expression gives it a meaning. */
export const CustomResponse = z.record(z.string(), z.unknown());
export type CustomResponse = z.output<typeof CustomResponse>;
