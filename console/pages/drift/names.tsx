import type { DriftKind } from '../../../contracts/v1/drift.js';
import { votingPartners } from '../../../contracts/voting-partners.js';
import { partnerWords } from '../../words.js';

/** A series: a rule by its name, a partner by its title, a fact as rules write it. */
export const SeriesName = (props: {
  kind: DriftKind;
  name: string;
  /** The names of the rules in force by their ids. */
  names: ReadonlyMap<string, string>;
}) => {
  const { kind, name, names } = props;
  switch (kind) {
    case 'rule':
      return (
        <>
          {name} {names.get(name) ?? <span class="soft">not in force</span>}
        </>
      );
    case 'partner': {
      const partner = votingPartners.find((one) => one === name);
      return <>{partner === undefined ? name : partnerWords[partner]}</>;
    }
    case 'fact':
      return <code>{name}</code>;
    case 'outcome':
      return <>Answers</>;
    default:
      return kind satisfies never;
  }
};
