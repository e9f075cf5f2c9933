// Draws the linked orders. The table beside the drawing says the same and is what keys and screen
// readers use; without this file only the drawing is missing.

const shapes = {
  self: 'round-rectangle',
  subject: 'round-rectangle',
  accept: 'ellipse',
  review: 'diamond',
  reject: 'octagon',
  none: 'ellipse',
};

const textPx = 11;
const smallestZoom = 0.5;

/** A token of the stylesheet in the present theme, as a colour that a canvas understands. */
const colour = (name) => {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};

const outcomeStyle = (kind) => ({
  selector: `node[kind = "${kind}"]`,
  style: {
    'background-color': colour(`--${kind}-tint`),
    'border-color': colour(`--${kind}-mark`),
    'border-width': 1.5,
    shape: shapes[kind],
  },
});

const box = (background, border, text) => ({
  'background-color': background,
  'border-color': border,
  'border-width': 1,
  color: text,
  shape: 'round-rectangle',
  width: 'label',
  height: 20,
  padding: '6px',
  'text-valign': 'center',
  'text-margin-y': 0,
  'text-background-opacity': 0,
});

const styles = () => [
  {
    selector: 'node',
    style: {
      label: 'data(label)',
      'font-size': textPx,
      'font-family': getComputedStyle(document.body).fontFamily,
      color: colour('--ink-2'),
      'text-valign': 'bottom',
      'text-margin-y': 4,
      'text-wrap': 'wrap',
      // An edge that passes behind a label must not strike it through.
      'text-background-color': colour('--surface'),
      'text-background-opacity': 1,
      'text-background-padding': '1px',
      'line-height': 1.2,
      'background-color': colour('--sunken'),
      'border-color': colour('--control'),
      'border-width': 1.5,
      width: 22,
      height: 22,
    },
  },
  ...['accept', 'review', 'reject'].map(outcomeStyle),
  {
    selector: 'node[kind = "subject"]',
    style: box(colour('--sunken'), colour('--control'), colour('--ink-2')),
  },
  {
    selector: 'node[kind = "self"]',
    style: box(colour('--inverse'), colour('--inverse'), colour('--on-inverse')),
  },
  {
    selector: 'node.chosen',
    style: { 'border-color': colour('--focus'), 'border-width': 4, color: colour('--ink') },
  },
  {
    selector: 'edge',
    style: { width: 1.5, 'line-color': colour('--line-strong'), 'curve-style': 'straight' },
  },
];

/** Cytoscape would add a style element, which the content security policy refuses. */
const keepStylesOut = () => {
  const id = '__________cytoscape_stylesheet';
  if (document.getElementById(id)) return;
  const mark = document.createElement('meta');
  mark.id = id;
  document.head.append(mark);
};

let loading;

/** Loads the library once, when there is something to draw. */
const loadCytoscape = (address) => {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
    document.head.append(script);
  });
  return loading;
};

/** Labels of a drawing that was made smaller to fit keep their size on the screen. */
const keepReadable = (graph) => {
  const zoom = Math.max(smallestZoom, graph.zoom());
  if (zoom >= 1) return;
  graph.nodes().style('font-size', textPx / zoom);
  graph.nodes('[kind = "subject"], [kind = "self"]').style('height', 20 / zoom);
};

/** The tick of a node's row; undefined for an order that nobody has to decide. */
const tickOf = (place, node) =>
  place.closest('form')?.querySelector(`[name=case][value="${node.data('tick')}"]:enabled`) ??
  undefined;

/** The drawing shows which rows are chosen. */
const showChosen = (place, graph) => {
  for (const node of graph.nodes('[tick]')) {
    node.toggleClass('chosen', tickOf(place, node)?.checked === true);
  }
};

/** A tap chooses an open order, as its tick does, and opens any other; two taps open each. */
const listen = (place, graph) => {
  const open = (node) => {
    const href = node.data('href');
    if (href) location.assign(href);
  };
  graph.on('onetap', 'node', ({ target }) => {
    const tick = tickOf(place, target);
    if (tick) tick.click();
    else open(target);
  });
  graph.on('dbltap', 'node', ({ target }) => open(target));
  place.closest('form')?.addEventListener('change', () => showChosen(place, graph));
  showChosen(place, graph);
};

const draw = async (place) => {
  if (place.dataset.drawn) return;
  place.dataset.drawn = 'true';
  await loadCytoscape(place.dataset.cytoscape);
  if (!place.isConnected) return;
  keepStylesOut();
  const { nodes, edges } = JSON.parse(place.dataset.graph);
  const graph = window.cytoscape({
    container: place,
    elements: [
      ...nodes.map((data) => ({ data })),
      ...edges.map(({ from, to }) => ({ data: { source: from, target: to } })),
    ],
    style: styles(),
    layout: { name: 'preset' },
    userZoomingEnabled: false,
    autoungrabify: true,
    boxSelectionEnabled: false,
  });
  const self = graph.nodes('[kind = "self"]');
  graph.elements().bfs({
    roots: self,
    visit: (node, _edge, _previous, _index, depth) => void node.data('depth', depth),
  });
  graph
    .layout({
      name: 'concentric',
      concentric: (node) => -(node.data('depth') ?? 0),
      levelWidth: () => 1,
      minNodeSpacing: 30,
      spacingFactor: 1,
      padding: 18,
      animate: false,
    })
    .run();
  graph.maxZoom(1);
  graph.fit(undefined, 18);
  keepReadable(graph);
  listen(place, graph);
};

const drawAll = () => {
  for (const place of document.querySelectorAll('[data-graph]')) void draw(place);
};

/** The colours of a canvas do not follow a change of the theme by themselves. */
const redraw = () => {
  for (const place of document.querySelectorAll('[data-graph]')) {
    delete place.dataset.drawn;
    place.replaceChildren();
  }
  drawAll();
};

const showGraph = (event) => {
  if (!event.target.closest('[data-action="graph"]')) return;
  const graph = document.querySelector('[data-graph]');
  graph?.scrollIntoView({ block: 'center' });
  graph?.focus({ preventScroll: true });
};

/** Draws the graph of a case as soon as its rows are there. */
export const startGraph = () => {
  document.addEventListener('htmx:afterSettle', drawAll);
  document.addEventListener('click', showGraph);
  new MutationObserver(redraw).observe(document.documentElement, {
    attributeFilter: ['data-theme'],
  });
  drawAll();
};
