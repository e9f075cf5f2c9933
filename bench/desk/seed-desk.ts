import type { Dispatcher } from 'undici';
import type { LocalStack } from '../local-stack.js';
import type { Seeded } from './pages.js';
import type { Plan } from './plan.js';
import { createRealOrders } from './real-orders.js';
import { customerOf, seedCases, type SeedDeps, seedHeavyCustomer } from './seed.js';

/** Decisions of the product that the seeded cases copy. */
const templatesMax = 40;

/** Fills an installation with open cases, and says what its pages can be asked for. */
export const seedDesk = async (
  deps: SeedDeps & {
    readonly stack: LocalStack;
    readonly agent: Dispatcher;
    readonly say: (line: string) => void;
  },
  plan: Plan,
): Promise<Seeded> => {
  const { db, stack, agent, say } = deps;
  const real = createRealOrders(stack, db, agent, 'template');
  const templates = await real.ofStories(Math.min(templatesMax, Math.ceil(plan.openCases / 100)));
  const [regular] = await real.everyday(1);
  if (regular === undefined) throw new Error('no order came into review');
  const ids = templates.map(({ transactionId }) => transactionId);
  say(`storing ${plan.openCases} open cases`);
  await seedCases(deps, plan, ids);
  say(`storing ${plan.heavyOrders} orders of one customer`);
  const customer = customerOf(deps.tokeniser, regular.body);
  const heavyCaseId = await seedHeavyCustomer(deps, customer, plan, ids);
  // Flushes the writes of three days, which a normal minute does not have.
  await db.query('vacuum analyze');
  await db.query('checkpoint');
  return { ...(await sampleOf(deps, plan)), heavyCaseId };
};

/** What pages are asked for, of the cases that are stored. */
export const sampleOf = async (
  { db }: Pick<SeedDeps, 'db'>,
  { pages }: Pick<Plan, 'pages'>,
): Promise<Omit<Seeded, 'heavyCaseId'>> => {
  const cases = await db.query<{ case_id: string; last4: string }>(
    `select c.case_id, d.last4 from cases c
      join transactions t using (transaction_id) join order_card_digits d using (transaction_id)
      where t.order_id like 'open-%' order by c.case_id limit $1`,
    [pages],
  );
  const rules = await db.query<{ rule: string }>(
    `select rule from cases, unnest(rules) as rule where status = 'open'
      group by rule order by count(*) desc limit 1`,
  );
  return {
    caseIds: cases.rows.map((row) => row.case_id),
    last4: cases.rows[0]?.last4 ?? '',
    commonRule: rules.rows[0]?.rule ?? '',
  };
};
