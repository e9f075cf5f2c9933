import { z } from 'zod';

/** The generic partner's answer: any JSON object. What it means says the `vote` expression. */
export const CustomResponse = z.record(z.string(), z.unknown());
export type CustomResponse = z.output<typeof CustomResponse>;
