import { printAmount, printWhole } from '../../../domain/case/figures.js';
import type { Goods, GoodsLine, LineBadge } from '../../../domain/case/goods.js';
import type { OrderFacts } from '../../../services/case-view/view.js';
import { Icon, type IconName } from '../../parts/icon.js';
import { StateMark, Unsaid } from '../../parts/state.js';

const badges: Readonly<Record<LineBadge, { readonly icon: IconName; readonly words: string }>> = {
  gift_card: { icon: 'gift', words: 'Gift card' },
  high_risk: { icon: 'overdue', words: 'Easily resold' },
  price_overridden: { icon: 'differs', words: 'Price changed by hand' },
  cost_above_price: { icon: 'overdue', words: 'Sold below cost' },
};

/** Lines that the page lists; of more, the dearest. */
const linesShown = 40;

const Line = ({ line }: { line: GoodsLine }) => (
  <tr>
    <th scope="row">
      <span class="item">
        {line.description.trim() === '' ? (
          <Unsaid>no description</Unsaid>
        ) : (
          <bdi>{line.description}</bdi>
        )}
        {line.badges.map((badge) => (
          <span class="tagged">
            <Icon of={badges[badge].icon} />
            {badges[badge].words}
          </span>
        ))}
      </span>
    </th>
    <td class="mono soft nowrap">{line.skuNumber}</td>
    <td class="soft nowrap">{line.shippingMethod}</td>
    <td class="num">{printWhole(line.quantity)}</td>
    <td class="num">{printAmount(line.price)}</td>
    <td class="num">{printAmount(line.extendedPrice)}</td>
    <td class="num soft">
      {line.margin === undefined ? <Unsaid>not said</Unsaid> : printAmount(line.margin)}
    </td>
  </tr>
);

const Sum = (props: { words: string; amount: number; margin?: unknown; isTotal?: boolean }) => (
  <tr>
    <th scope="row" colspan={5} class={props.isTotal ? undefined : 'soft'}>
      {props.words}
    </th>
    <td class={props.isTotal ? 'num' : 'num soft'}>{printAmount(props.amount)}</td>
    <td class="num soft">{props.margin}</td>
  </tr>
);

const Sums = ({ goods }: { goods: Goods }) => (
  <tfoot>
    <Sum words="Shipping" amount={goods.shippingCost} />
    {goods.promotions.map(({ code, amount }) => (
      <Sum words={`Promotion ${code}`} amount={-amount} />
    ))}
    {goods.unexplained !== 0 && (
      <Sum words="Not explained by lines; tax is not told" amount={goods.unexplained} />
    )}
    <Sum
      isTotal
      words="Order total"
      amount={goods.orderTotal}
      margin={
        goods.linesWithoutMargin > 0 ? <Unsaid>incomplete</Unsaid> : printAmount(goods.margin)
      }
    />
  </tfoot>
);

const Adds = ({ goods: { unexplained } }: { goods: Goods }) =>
  unexplained === 0 ? (
    <>the sums add up</>
  ) : (
    <StateMark is="review">
      total is {printAmount(Math.abs(unexplained))} {unexplained > 0 ? 'above' : 'below'} goods and
      shipping
    </StateMark>
  );

const heads = ['Article', 'SKU', 'Ships', 'Pieces', 'Price', 'Line', 'Margin'];
const firstNumber = 3;

/** The article has all the room that the others leave. */
const classOf = (index: number): string | undefined => {
  if (index === 0) return undefined;
  return index >= firstNumber ? 'num' : 'nowrap';
};

/** The goods with what is risky about them, and whether the sums add up. */
export const GoodsPanel = ({ view: { goods } }: { view: OrderFacts }) => {
  const left = goods.lines.slice(linesShown);
  return (
    <section class="panel" id="goods" aria-labelledby="goods-h">
      <div class="panel-head">
        <h2 id="goods-h">Goods</h2>
        <span class="soft">
          {printWhole(goods.lines.length)} {goods.lines.length === 1 ? 'line' : 'lines'},{' '}
          {printWhole(goods.pieces)} {goods.pieces === 1 ? 'piece' : 'pieces'}
        </span>
        <span class="aside">
          <Adds goods={goods} />
        </span>
      </div>
      <div class="scroll-x" tabindex={0} role="group" aria-label="Goods of the order">
        <table class="tbl goods wide">
          <thead>
            <tr>
              {heads.map((head, index) => (
                <th scope="col" class={classOf(index)}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {goods.lines.slice(0, linesShown).map((line) => (
              <Line line={line} />
            ))}
          </tbody>
          <Sums goods={goods} />
        </table>
      </div>
      {left.length > 0 && (
        <p class="panel-foot">
          And {printWhole(left.length)} cheaper lines. The raw record has all of them.
        </p>
      )}
    </section>
  );
};
