// Data tables: sorting, filtering and paging happen in the page. The app is not notified.

const states = new Map(); // View state by table, so that it survives an update.

export function tables(root) {
  for (const grid of root.querySelectorAll('.grid')) table(grid);
}

function table(grid) {
  const home = grid.closest('[data-ts], [data-view]');
  const key = (home.dataset.ts || home.dataset.view) + ' ' + [...home.querySelectorAll('.grid')].indexOf(grid);
  const state = states.get(key) || {filter: '', column: -1, falling: false, page: 0};
  states.set(key, state);
  const body = grid.querySelector('tbody'), rows = [...body.rows], size = Number(grid.dataset.pageSize);
  const filter = grid.querySelector('.filter'), heads = [...grid.querySelectorAll('.sort')];
  filter.value = state.filter;
  filter.id = 'filter-' + key.replace(' ', '-');
  const draw = () => show(grid, body, sorted(rows, state), state, size, heads);
  filter.addEventListener('input', () => { state.filter = filter.value; state.page = 0; draw(); });
  heads.forEach((head, column) => head.addEventListener('click', () => {
    state.falling = state.column === column && !state.falling;
    state.column = column;
    draw();
  }));
  grid.querySelector('.earlier').addEventListener('click', () => { state.page--; draw(); });
  grid.querySelector('.later').addEventListener('click', () => { state.page++; draw(); });
  draw();
}

function sorted(rows, {column, falling}) {
  if (column < 0) return rows;
  const order = [...rows].sort((a, b) => compare(a.cells[column], b.cells[column]));
  return falling ? order.reverse() : order;
}

function compare(a, b) {
  if (a.dataset.number && b.dataset.number) return a.dataset.number - b.dataset.number;
  return a.textContent.localeCompare(b.textContent, undefined, {numeric: true, sensitivity: 'base'});
}

function show(grid, body, rows, state, size, heads) {
  const wanted = state.filter.trim().toLowerCase();
  const fitting = rows.filter(row => row.textContent.toLowerCase().includes(wanted));
  const pages = Math.max(1, Math.ceil(fitting.length / size));
  state.page = Math.min(Math.max(0, state.page), pages - 1);
  const shown = new Set(fitting.slice(state.page * size, (state.page + 1) * size));
  body.append(...rows);
  for (const row of rows) row.hidden = !shown.has(row);
  heads.forEach((head, column) => {
    head.parentElement.setAttribute('aria-sort', column !== state.column ? 'none' : state.falling ? 'descending' : 'ascending');
  });
  grid.querySelector('.count').textContent = wanted ? `${fitting.length} of ${rows.length} rows` : `${rows.length} rows`;
  const pager = grid.querySelector('.pager');
  pager.hidden = pages === 1;
  pager.querySelector('span').textContent = `Page ${state.page + 1} of ${pages}`;
  pager.querySelector('.earlier').disabled = state.page === 0;
  pager.querySelector('.later').disabled = state.page === pages - 1;
}
