// Makes the page handier: sorting, choosing, turning pages, searching, saving pictures, drilling down. Without it
// everything but the rows beyond the first ones is there all the same. Text only ever goes in as text.
'use strict';
(() => {
  const root = document.documentElement;
  root.classList.add('js');

  const make = (tag, attributes = {}, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
      else if (value !== null) element.setAttribute(name, value);
    }
    element.append(...inside);
    return element;
  };

  // What is kept over a reload, where the browser lets us.
  const keep = (store, name, value) => {
    try {
      if (value === undefined) return store().getItem(name);
      if (value === null) store().removeItem(name);
      else store().setItem(name, value);
    } catch { /* a file opened from disk may have no store */ }
    return null;
  };
  const session = () => window.sessionStorage;
  const local = () => window.localStorage;

  // Light and dark.
  const themes = ['auto', 'light', 'dark'];
  const theme = document.getElementById('theme');
  const paint = (name) => {
    if (name === 'auto') delete root.dataset.theme;
    else root.dataset.theme = name;
    theme.textContent = `Colours: ${name}`;
  };
  let chosen = themes.includes(keep(local, 'passmuster-theme')) ? keep(local, 'passmuster-theme') : 'auto';
  paint(chosen);
  theme.addEventListener('click', () => {
    chosen = themes[(themes.indexOf(chosen) + 1) % themes.length];
    keep(local, 'passmuster-theme', chosen === 'auto' ? null : chosen);
    paint(chosen);
  });

  // Tables.
  const PAGE = 25;
  const MOST_CHOICES = 200;
  const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

  class Listing {
    constructor(table) {
      this.table = table;
      this.box = table.closest('.listing');
      this.heads = [...table.tHead.rows[0].cells];
      this.kinds = this.heads.map((head) => head.dataset.kind);
      this.rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => ({
        text: cell.textContent,
        tone: cell.dataset.tone || 'plain',
        rank: cell.dataset.rank === undefined ? null : Number(cell.dataset.rank),
      })));
      const island = document.getElementById(`${table.id}-rows`);
      if (island) {
        const cell = (value) => typeof value === 'string'
          ? { text: value, tone: 'plain', rank: null }
          : { text: value[0], tone: value[1], rank: value[2] };
        for (const row of JSON.parse(island.textContent)) this.rows.push(row.map(cell));
      }
      this.shown = this.rows;
      this.words = [];
      this.choices = new Map();
      this.sorted = null;
      this.page = 0;
      this.controls();
      this.heads.forEach((head, column) => {
        const button = make('button', { type: 'button', onclick: () => this.sort(column) });
        button.append(...head.childNodes);
        head.append(button);
      });
      this.draw();
    }

    controls() {
      this.count = make('span', { 'aria-live': 'polite' });
      this.turn = make('span', { class: 'turn' });
      this.before = make('button', { type: 'button', 'aria-label': 'page before', onclick: () => this.go(-1) }, '‹');
      this.after = make('button', { type: 'button', 'aria-label': 'next page', onclick: () => this.go(1) }, '›');
      this.where = make('span');
      this.turn.append(this.before, this.where, this.after);
      const bar = make('div', { class: 'bar' }, this.count);
      this.selects = new Map();
      if (this.rows.length > 5) {
        this.kinds.forEach((kind, column) => {
          if (kind !== 'choice') return;
          const values = [...new Set(this.rows.map((row) => row[column].text))].sort(order.compare);
          if (values.length < 2 || values.length > MOST_CHOICES) return;
          const select = make('select', { onchange: () => this.choose(column, select.value) }, make('option', { value: '' }, 'all'));
          for (const value of values) select.append(make('option', { value }, value.length > 40 ? `${value.slice(0, 40)}…` : value));
          this.selects.set(column, select);
          bar.append(make('label', {}, this.heads[column].textContent, select));
        });
      }
      bar.append(this.turn);
      this.box.prepend(bar);
    }

    choose(column, value) {
      if (value === '') this.choices.delete(column);
      else this.choices.set(column, value);
      const select = this.selects.get(column);
      if (select) select.value = value;
      this.filter();
    }

    search(words) {
      this.words = words;
      this.filter();
      return this.shown.length;
    }

    filter() {
      const low = (row) => (row.low ??= row.map((cell) => cell.text).join('\n').toLowerCase());
      this.shown = this.rows.filter((row) =>
        [...this.choices].every(([column, value]) => row[column].text === value) &&
        this.words.every((word) => low(row).includes(word)));
      this.page = 0;
      this.arrange();
    }

    sort(column) {
      const down = this.sorted?.column === column && !this.sorted.down;
      this.sorted = { column, down };
      this.heads.forEach((head, index) => {
        if (index === column) head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        else head.removeAttribute('aria-sort');
      });
      this.page = 0;
      this.arrange();
    }

    arrange() {
      if (this.sorted) {
        const { column, down } = this.sorted;
        const isNothing = (cell) => cell.tone === 'quiet' && cell.rank === null;
        const compare = (one, other) => {
          const [a, b] = [one[column], other[column]];
          // What is not there or not known stands last either way.
          if (isNothing(a) !== isNothing(b)) return isNothing(a) ? 1 : -1;
          const by = a.rank !== null && b.rank !== null ? a.rank - b.rank : order.compare(a.text, b.text);
          return down ? -by : by;
        };
        this.shown = [...this.shown].sort(compare);
      }
      this.draw();
    }

    go(step) {
      this.page += step;
      this.draw();
    }

    draw() {
      const pages = Math.max(1, Math.ceil(this.shown.length / PAGE));
      this.page = Math.min(Math.max(0, this.page), pages - 1);
      const from = this.page * PAGE;
      const rows = this.shown.slice(from, from + PAGE).map((row) => make('tr', {}, ...row.map((cell, column) => make(
        column === 0 ? 'th' : 'td',
        {
          scope: column === 0 ? 'row' : null,
          class: [cell.tone, this.kinds[column]].filter((name) => name !== 'plain').join(' '),
        },
        cell.text,
      ))));
      if (rows.length === 0) {
        rows.push(make('tr', {}, make('td', { class: 'quiet', colspan: this.heads.length }, 'No row matches.')));
      }
      this.table.tBodies[0].replaceChildren(...rows);
      const [some, all] = [this.shown.length, this.rows.length].map((count) => count.toLocaleString('en'));
      this.count.textContent = some === all ? `${all} ${all === '1' ? 'row' : 'rows'}` : `${some} of ${all} rows`;
      this.where.textContent = `${(from + Math.min(1, this.shown.length)).toLocaleString('en')}–${Math.min(from + PAGE, this.shown.length).toLocaleString('en')}`;
      this.turn.hidden = pages === 1;
      this.before.disabled = this.page === 0;
      this.after.disabled = this.page === pages - 1;
    }
  }

  // Tables that are folded away cost nothing until they are opened.
  const listings = new Map();
  const listing = (table) => {
    if (!listings.has(table)) listings.set(table, new Listing(table));
    return listings.get(table);
  };
  const tables = [...document.querySelectorAll('.listing table')];
  for (const table of tables) {
    const folded = table.closest('details');
    if (folded) folded.addEventListener('toggle', () => listing(table), { once: true });
    else listing(table);
  }

  // Search.
  const search = document.getElementById('search');
  const links = [...document.querySelectorAll('nav a')];
  const find = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
    keep(session, 'passmuster-search', search.value);
    const hits = new Map();
    for (const [table, list] of listings) {
      const section = table.closest('section').id;
      hits.set(section, (hits.get(section) ?? 0) + list.search(words));
    }
    for (const link of links) {
      const count = hits.get(link.hash.slice(1));
      link.querySelector('.hits')?.remove();
      if (words.length > 0 && count !== undefined) {
        link.append(make('span', { class: 'hits' }, count.toLocaleString('en')));
      }
    }
  };
  let soon = 0;
  search.addEventListener('input', () => {
    clearTimeout(soon);
    soon = setTimeout(find, 80);
  });
  const before = keep(session, 'passmuster-search');
  if (before) {
    search.value = before;
    find();
  }
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });

  // Where one is.
  if ('IntersectionObserver' in window) {
    const seen = new Set();
    const sections = [...document.querySelectorAll('main > section')];
    const watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) seen.add(target);
        else seen.delete(target);
      }
      const first = sections.find((section) => seen.has(section));
      for (const link of links) {
        if (first && link.hash === `#${first.id}`) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
    }, { rootMargin: '-20% 0px -55% 0px' });
    sections.forEach((section) => watcher.observe(section));
  }

  // Pictures as files: each takes along what the page has once for all of them.
  const NS = 'http://www.w3.org/2000/svg';
  const whole = (svg) => {
    const copy = svg.cloneNode(true);
    const style = document.createElementNS(NS, 'style');
    style.textContent = document.getElementById('picture-style').textContent;
    copy.prepend(style, document.querySelector('.pm-patterns defs').cloneNode(true));
    return new XMLSerializer().serializeToString(copy);
  };
  for (const button of document.querySelectorAll('button[data-save]')) {
    button.addEventListener('click', () => {
      const svg = button.closest('.chart').querySelector('.canvas svg');
      const url = URL.createObjectURL(new Blob([whole(svg)], { type: 'image/svg+xml' }));
      make('a', { href: url, download: `${button.dataset.save}.svg` }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    });
  }

  // The tasks of one epic as bars, where the picture shows epics only.
  const shape = (tag, attributes, ...inside) => {
    const element = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };
  const timeline = (rows, columns) => {
    const MOST = 150;
    const [NAMES, WIDTH, ROW] = [300, 960, 20];
    const at = (row, name) => Date.parse(`${row[columns[name]].text.replace(' ', 'T')}:00Z`);
    const bars = rows.map((row) => ({ row, from: at(row, 'starts'), to: at(row, 'done') }))
      .filter(({ from, to }) => Number.isFinite(from) && Number.isFinite(to))
      .sort((one, other) => one.from - other.from || one.to - other.to);
    if (bars.length === 0) return make('p', { class: 'nothing' }, 'No task of it has times.');
    const shown = bars.slice(0, MOST);
    const from = Math.min(...shown.map((bar) => bar.from));
    const to = Math.max(...shown.map((bar) => bar.to), from + 1);
    const x = (time) => NAMES + ((time - from) / (to - from)) * (WIDTH - NAMES - 20);
    const height = shown.length * ROW + 44;
    const title = `${bars.length} tasks on a calendar`;
    const svg = shape('svg', { class: 'pm-picture', role: 'img', width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}` },
      shape('title', {}, title), shape('rect', { class: 'paper', width: WIDTH, height }));
    const DAY = 86400000;
    const step = Math.max(1, Math.ceil((to - from) / DAY / 8)) * DAY;
    for (let day = Math.ceil(from / DAY) * DAY; day <= to; day += step) {
      svg.append(
        shape('line', { class: 'thin grid', x1: x(day), x2: x(day), y1: 28, y2: height - 8 }),
        shape('text', { class: 'muted', x: x(day), y: 20, 'text-anchor': 'middle' }, new Date(day).toISOString().slice(0, 10)));
    }
    shown.forEach(({ row, from: start, to: end }, index) => {
      const y = 32 + index * ROW;
      const decides = row[columns['can slip']].tone === 'bad';
      const state = row[columns.state].text;
      const look = state === 'done' ? 'fill good' : state === 'under way' ? `hatch-${decides ? 'bad' : 'first'}` : decides ? 'fill bad' : 'tint first';
      const name = `${row[columns.item].text} ${row[columns.title].text}`;
      svg.append(
        shape('text', { class: 'ink', x: 10, y: y + 13 }, name.length > 42 ? `${name.slice(0, 41)}…` : name),
        shape('g', {},
          shape('title', {}, `${name}: ${row[columns.starts].text} to ${row[columns.done].text}, ${state}`),
          shape('rect', { class: look, x: x(start), y: y + 3, width: Math.max(2, x(end) - x(start)), height: 12 })));
    });
    const canvas = make('div', { class: 'canvas', tabindex: 0, role: 'region', 'aria-label': title }, svg);
    if (bars.length > MOST) canvas.append(make('p', { class: 'nothing' }, `${bars.length - MOST} that begin later are left out.`));
    return canvas;
  };
  const tasks = document.getElementById('task-list');
  for (const place of document.querySelectorAll('[data-drill]')) {
    if (!tasks) break;
    const list = listing(tasks);
    const columns = Object.fromEntries(list.heads.map((head, index) => [head.textContent, index]));
    const names = [...new Set(list.rows.map((row) => row[columns.epic].text))].filter((name) => name !== '–').sort(order.compare);
    if (names.length === 0) continue;
    const out = make('div');
    const select = make('select', {
      onchange: () => {
        const rows = list.rows.filter((row) => row[columns.epic].text === select.value);
        out.replaceChildren(...(select.value === '' ? [] : [timeline(rows, columns)]));
        list.choose(columns.epic, select.value);
      },
    }, make('option', { value: '' }, 'choose an epic'), ...names.map((name) => make('option', { value: name }, name)));
    place.append(make('p', { class: 'bar' }, make('label', {}, 'Show the tasks of ', select)), out);
  }

  // A page that is served looks anew when something changed.
  const version = document.body.dataset.version;
  if (version !== undefined) {
    const live = document.getElementById('live');
    const wait = async () => {
      for (;;) {
        try {
          const answer = await fetch(`/changed?after=${version}`, { cache: 'no-store' });
          if (answer.status === 200) return location.reload();
          live.textContent = 'live';
          if (answer.status !== 204) await new Promise((done) => { setTimeout(done, 2000); });
        } catch {
          live.textContent = 'not connected';
          await new Promise((done) => { setTimeout(done, 2000); });
        }
      }
    };
    wait();
  }
})();
