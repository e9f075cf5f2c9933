/** Where a banner's review and reject bands begin, in points. */
export interface Limits {
  readonly review: number;
  readonly reject: number;
}

/** A score as a length, with ticks where review and reject begin. The end is 1.25 × reject. */
export const Gauge = ({ score, limits }: { score: number; limits: Limits }) => {
  const full = Math.max(1, limits.reject * 1.25);
  const percent = (points: number): string =>
    `${Math.round(Math.min(1, Math.max(0, points / full)) * 1000) / 10}%`;
  return (
    <svg class="gauge" aria-hidden="true">
      <rect class="track" y="4" width="100%" height="4" rx="2" />
      <rect class="f-2" y="4" width={percent(score)} height="4" rx="2" />
      {[limits.review, limits.reject].map((limit) => (
        <rect class="limit" x={percent(limit)} y="2" width="1" height="8" />
      ))}
    </svg>
  );
};
