import { Button, CsrfField } from '../../parts/controls.js';

/** Claims and opens the next case of the queue. */
export const NextButton = ({ csrf, isQuiet }: { csrf: string; isQuiet?: boolean }) => (
  <form
    method="post"
    action="/console/cases/next"
    hx-post="/console/cases/next"
    hx-target="#main"
    hx-swap="outerHTML show:window:top"
  >
    <CsrfField token={csrf} />
    <Button
      type="submit"
      size="s"
      kind={isQuiet === true ? 'quiet' : undefined}
      letter="."
      action="next"
    >
      Claim next
    </Button>
  </form>
);
