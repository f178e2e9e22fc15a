// The organisation panel: searches while the user types and shows changes.

const panel = document.querySelector('#panel'), search = panel.querySelector('#search');

const key = element => element && [element.closest('li[data-account]')?.dataset.account, element.name, element.id, element.closest('form')?.getAttribute('action')].join(' ');

// draw replaces the parts that have changed and keeps the focus.
function draw(markup) {
  const page = new DOMParser().parseFromString(markup, 'text/html');
  const focused = panel.contains(document.activeElement) ? document.activeElement : null, was = key(focused);
  for (const part of page.querySelectorAll('[data-part]')) {
    const old = document.getElementById(part.id);
    if (old.innerHTML !== part.innerHTML) old.replaceChildren(...part.childNodes);
  }
  if (focused && !focused.isConnected) {
    const again = [...panel.querySelectorAll('button')].find(button => key(button) === was);
    (again || search.elements.q).focus({preventScroll: true});
  }
}

// refresh updates the panel, at most four times a second. A change during the
// update triggers another one.
let busy = false, again = false;
async function refresh() {
  if (busy) { again = true; return; }
  busy = true;
  const {q, filter} = search.elements;
  try {
    const response = await fetch('panel/?' + new URLSearchParams({q: q.value, filter: filter.value}));
    if (response.ok) draw(await response.text());
  } catch {
    // The page shows that the connection was lost.
  }
  setTimeout(() => {
    busy = false;
    if (again) { again = false; refresh(); }
  }, 250);
}

search.addEventListener('input', refresh);
search.addEventListener('submit', event => { event.preventDefault(); refresh(); });

panel.addEventListener('submit', async event => {
  if (event.target === search) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target, event.submitter));
  await fetch(event.target.action, {method: 'POST', body, redirect: 'manual'}).catch(() => {});
  refresh();
});

document.addEventListener('panelchange', refresh);
