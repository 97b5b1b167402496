/* Draws the report from its data. Lines know their source lines ("keys") and, for LLVM and
   assembly, their line of the last IR ("from"); pointing at one shows all that belongs to it. */
"use strict";
window.addEventListener("error", (e) => { document.body.dataset.error = e.message; });
const D = JSON.parse(document.getElementById("data").textContent);

const el = (tag, cls, text, ...children) => {
  const node = document.createElement(tag);
  if (cls) node.className = cls;
  if (text !== undefined && text !== null) node.textContent = text;
  node.append(...children);
  return node;
};
const escapeHtml = (s) => s.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
const milliseconds = (ms) => (ms >= 100 ? ms.toFixed(0) : ms >= 10 ? ms.toFixed(1) : ms.toFixed(2)) + " ms";

// ---------------------------------------------------------------- links

const keyOf = (file, line) => file + ":" + line;
const keys = D.locs.map(([, , spans]) => [...new Set(spans.map(([f, l]) => keyOf(f, l)))]);
const hues = new Map();
const uses = new Map();
{
  const seen = [...new Set(keys.flat())];
  const order = (k) => k.split(":").map(Number);
  seen.sort((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1]);
  seen.forEach((k, i) => hues.set(k, Math.round((i * 137.508 + 210) % 360)));
}
const last = D.states[D.states.length - 1];
last.locs.forEach((loc) => keys[loc].forEach((k) => uses.set(k, (uses.get(k) || 0) + 1)));

const named = new Set(D.locs.flatMap(([name], i) => (name ? keys[i] : [])));

const panes = { source: null, a: null, b: null };
class Rows {
  /* The rows of one panel, found by key and by line of the last IR. */
  constructor() { this.byKey = new Map(); this.byFrom = new Map(); this.lit = []; }
  add(row, rowKeys, from) {
    row.keys = rowKeys; row.from = from;
    if (rowKeys.length) {
      row.classList.add("linked");
      row.style.setProperty("--hue", hues.get(rowKeys[0]));
      for (const k of rowKeys) this.put(this.byKey, k, row);
    }
    if (from) this.put(this.byFrom, from, row);
  }
  put(map, key, row) { if (!map.has(key)) map.set(key, []); map.get(key).push(row); }
  light(which, exact) {
    for (const row of this.lit) this.mark(row, "", row.keys[0]);
    this.lit = [];
    for (const k of which) for (const row of this.byKey.get(k) || []) this.lit.push(this.mark(row, exact ? "near" : "hit", k));
    if (exact) for (const row of this.byFrom.get(exact) || []) this.lit.push(this.mark(row, "hit", which[0]));
  }
  mark(row, cls, key) {
    row.classList.remove("hit", "near");
    if (cls) row.classList.add(cls);
    if (hues.has(key)) row.style.setProperty("--hue", hues.get(key));
    return row;
  }
  reveal(except) {
    const row = this.lit.find((r) => r.classList.contains("hit")) || this.lit[0];
    if (row && row !== except) row.scrollIntoView({ block: "center", inline: "nearest" });
  }
}
let pinned = null;
const told = new Map();
D.listings.forEach(({ from }, i) => from.forEach((line) => {
  for (const k of line ? keys[last.locs[line - 1]] : []) {
    if (!told.has(k)) told.set(k, D.listings.map(() => 0));
    told.get(k)[i]++;
  }
}));
const tell = (row) => {
  const key = row && row.keys[0], node = document.querySelector("header .made");
  document.body.classList.toggle("telling", !!key);
  if (!key) { node.textContent = "compiled by Ranvier"; return; }
  const facts = [plural(uses.get(key) || 0, "operation")];
  (told.get(key) || []).forEach((n, i) => facts.push(`${n} ${D.listings[i].name}`));
  node.textContent = `line ${key.split(":")[1]}: ${facts.join(", ")}`;
};
const light = (row) => {
  tell(row);
  for (const pane of Object.values(panes)) if (pane) pane.light(row ? row.keys : [], row ? row.from : 0);
};
const pin = (row) => {
  pinned = row;
  light(row);
  document.body.classList.toggle("pinned", !!row);
  if (row) for (const pane of Object.values(panes)) if (pane && !pane.lit.includes(row)) pane.reveal(row);
  remember();
};
document.addEventListener("mouseover", (e) => {
  if (pinned) return;
  const row = e.target.closest(".row");
  light(row && row.keys && (row.keys.length || row.from) ? row : null);
});
document.addEventListener("click", (e) => {
  if (e.target.closest("button, .fold, .rewrite")) return;
  const row = e.target.closest(".row");
  if (window.getSelection().toString()) return;
  pin(row && row !== pinned && row.keys && row.keys.length ? row : null);
});

// ---------------------------------------------------------------- colours of words

const MLIR = /(\/\/.*)|("[a-z_]+\.[\w.]+"|(?<![\w.$%@])[a-z]+\.[a-z_][\w]*|\b(?:return|call|module)\b)|("(?:[^"\\]|\\.)*")|(%[\w$.\-]+)|(@[\w$.]+|\^bb\d+)|(\b(?:memref|vector)<[^>]*>|\b(?:index|[if]\d+)\b)|((?<![\w.%])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b)/g;
const LLVM = /(;.*)|(?:^ +| = )([a-z]\w*)|("(?:[^"\\]|\\.)*")|(%[\w.$\-]+)|(@[\w.$]+|^[\w.$]+:|!\w+(?:\.\w+)*)|(\b(?:ptr|double|float|void|i\d+)\b|<\d+ x \w+>)|((?<![\w.%])-?(?:0x[0-9A-Fa-f]+|\d+(?:\.\d+)?)\b)/g;
const ASM = /(#.*|^\s+\.\w.*)|(?:^\s+)([a-z]\w*)|("(?:[^"\\]|\\.)*")|(%[\w]+)|(^[\w.$]+:|\.L\w+)|(\b(?!)x)|((?<![\w.%])-?\$?-?(?:0x[0-9A-Fa-f]+|\d+)\b)/g;
const PYTHON = /(#.*)|\b(def|class|import|from|return|if|else|for|in|with|as|not|and|or|None|True|False)\b|("""|'''|"[^"\n]*"|'[^'\n]*')|()|(\b[A-Za-z_]\w*(?=\())|()|((?<![\w.])\d+(?:\.\d*)?(?:e[+-]?\d+)?\b)/g;
const WORDS = /(#.*)|\b(def|for|in|if|else|while|and|or|not|return|any|range|population|projection|monitor)\b|("(?:[^"\\]|\\.)*")|()|(\b[A-Za-z_][\w.]*(?=\(|\[)|^ *[\w ]+:(?= ))|()|((?<![\w.])\d+(?:\.\d*)?(?:e[+-]?\d+)?\b)/g;
const CLASSES = ["", "c", "o", "q", "v", "s", "t", "n"];
const coloured = (text, words) => {
  let out = "", at = 0;
  for (const m of text.matchAll(words)) {
    const group = m.findIndex((g, i) => i > 0 && g);
    if (group < 0) continue;
    const start = m.index + m[0].length - m[group].length;
    out += escapeHtml(text.slice(at, start)) + `<span class="${CLASSES[group]}">${escapeHtml(m[group])}</span>`;
    at = start + m[group].length;
  }
  return out + escapeHtml(text.slice(at));
};
const cache = new Map();
const lineHtml = (id, words) => {
  if (!cache.has(id)) cache.set(id, words === MLIR ? folded(D.lines[id]) : coloured(D.lines[id], words));
  return cache.get(id);
};
const LONG = /(arg_attrs = \[)(.{40,}?)(\], )|(ranvier\.buffer = \{)(.{20,}?)(\}\})/;
const folded = (text) => {
  /* The attributes of a function's arguments would push everything else off the page. */
  const m = text.length > 80 && text.match(LONG);
  if (!m) return faded(text);
  const [open, inside, close] = m[1] ? [m[1], m[2], m[3]] : [m[4], m[5], m[6]];
  const rest = text.slice(m.index + m[0].length);
  return coloured(text.slice(0, m.index), MLIR) + escapeHtml(open) +
    `<span class="fold" data-text="${escapeHtml(inside).replace(/"/g, "&quot;")}">&hellip;</span>` +
    escapeHtml(close) + folded(rest);
};
const faded = (text) => {
  /* The types of operands and results are there, but step back. */
  const at = text.lastIndexOf(" : ");
  if (at < 0) return coloured(text, MLIR);
  return coloured(text.slice(0, at), MLIR) + '<span class="sig">' + coloured(text.slice(at), MLIR) + "</span>";
};
document.addEventListener("click", (e) => {
  const fold = e.target.closest(".fold");
  if (fold) { fold.outerHTML = coloured(fold.dataset.text, MLIR); }
});

// ---------------------------------------------------------------- rows of code

const row = (no, html, sign) => {
  const node = el("div", "row");
  node.append(el("span", "no", no));
  if (sign !== undefined) node.append(el("span", "sign", sign));
  const text = el("span", "text");
  text.innerHTML = html;
  node.append(text);
  return node;
};
const describe = (node, loc) => { if (loc) node.title = (D.locs[loc][0] ? D.locs[loc][0] + "  " : "") + D.locs[loc][1]; };

const drawState = (state, rows, isLast) => {
  const code = el("div", "code");
  state.text.forEach((id, i) => {
    const node = row(i + 1, lineHtml(id, MLIR));
    describe(node, state.locs[i]);
    rows.add(node, keys[state.locs[i]], isLast ? i + 1 : 0);
    code.append(node);
  });
  return code;
};
const drawPretty = (state, rows) => {
  const code = el("div", "code");
  state.pretty.forEach((id, i) => {
    const node = row(i + 1, lineHtml(id, WORDS));
    describe(node, state.prettyLocs[i]);
    rows.add(node, keys[state.prettyLocs[i]], 0);
    code.append(node);
  });
  return code;
};
const drawListing = (listing, rows) => {
  const code = el("div", "code");
  const words = listing.language === "asm" ? ASM : LLVM;
  listing.text.forEach((id, i) => {
    const from = listing.from[i];
    const loc = from ? last.locs[from - 1] : 0;
    const node = row(i + 1, lineHtml(id, words));
    if (from) node.title = "line " + from + " of the last IR" + (loc ? ", " + D.locs[loc][1] : "");
    rows.add(node, loc ? keys[loc] : [], from);
    code.append(node);
  });
  return code;
};
const CONTEXT = 3;
const around = (state, line) => {
  for (let i = line; i >= 0; i--) {
    const m = D.lines[state.text[i]].match(/^ {2}"(?:func\.func|net\.\w+)".*?sym_name = "([^"]+)"/);
    if (m) return "  @" + m[1];
  }
  return "";
};
const drawDiff = (place, rows) => {
  const before = D.states[place], after = D.states[place + 1];
  const code = el("div", "code");
  const diff = D.passes[place].diff;
  const line = (kind, i, j) => {
    const state = kind === "-" ? before : after, at = kind === "-" ? i : j;
    const node = row(at + 1, lineHtml(state.text[at], MLIR), kind === "=" ? " " : kind === "-" ? "\u2212" : "+");
    if (kind !== "=") node.classList.add(kind === "-" ? "del" : "add");
    describe(node, state.locs[at]);
    rows.add(node, keys[state.locs[at]], 0);
    return node;
  };
  diff.forEach(([kind, i, j, n], at) => {
    if (kind !== "=") { for (let k = 0; k < n; k++) code.append(line(kind, i + (kind === "-" ? k : 0), j + (kind === "+" ? k : 0))); return; }
    const head = at === 0 ? 0 : Math.min(CONTEXT, n), tail = at === diff.length - 1 ? 0 : CONTEXT;
    if (n <= head + tail + 2) { for (let k = 0; k < n; k++) code.append(line("=", i + k, j + k)); return; }
    for (let k = 0; k < head; k++) code.append(line("=", i + k, j + k));
    const gap = el("button", "gap", `\u22ef ${n - head - tail} unchanged lines${tail ? around(after, j + n - tail) : ""}`);
    gap.onclick = () => {
      const more = [];
      for (let k = head; k < n - tail; k++) more.push(line("=", i + k, j + k));
      gap.replaceWith(...more);
    };
    code.append(gap);
    for (let k = n - tail; k < n; k++) code.append(line("=", i + k, j + k));
  });
  return code;
};

// ---------------------------------------------------------------- tabs

const view = { pass: D.passes.length - 1, a: "Pretty", b: D.listings.length ? D.listings[D.listings.length - 1].name : "Explain" };
const added = (pass) => pass.diff.reduce((n, r) => n + (r[0] === "+" ? r[3] : 0), 0);
const removed = (pass) => pass.diff.reduce((n, r) => n + (r[0] === "-" ? r[3] : 0), 0);
const about = (place) => {
  const pass = D.passes[place], box = el("div", "about");
  box.append(el("h2", "", `${place + 1}. ${pass.text}`));
  const facts = [milliseconds(pass.ms)];
  facts.push(pass.diff.length ? `+${added(pass)} \u2212${removed(pass)} lines` : "nothing changed");
  if (pass.rewrites.length) facts.push(plural(pass.rewrites.length, "rewrite"));
  for (const [what, n] of pass.statistics.slice(0, 5)) facts.push(`${n}\u00d7 ${what}`);
  box.append(el("p", "", facts.join("  \u00b7  ")));
  const list = el("ul");
  for (const [applied, subject, text, reason] of pass.remarks)
    list.append(el("li", applied ? "yes" : "not", `@${subject}: ${text}${reason ? ": " + reason : ""}`));
  if (pass.remarks.length) box.append(list);
  return box;
};
const table = (heads, lines, classes) => {
  const node = el("table"), top = el("tr");
  heads.forEach((h, i) => top.append(el("th", classes[i], h)));
  node.append(top);
  for (const cells of lines) {
    const tr = el("tr");
    cells.forEach((c, i) => tr.append(el("td", classes[i], c)));
    node.append(tr);
  }
  return node;
};
const SIGNS = { "+": "yes", "-": "not", "=": "makes" };
const TABS = {
  Diff: (rows) => D.passes.length
    ? el("div", "", null, about(view.pass), D.passes[view.pass].diff.length ? drawDiff(view.pass, rows) : el("div", "empty", "This pass left the IR as it was."))
    : el("div", "empty", "No pass ran."),
  Pretty: (rows) => drawPretty(D.states[view.pass + 1], rows),
  IR: (rows) => drawState(D.states[view.pass + 1], rows, view.pass === D.passes.length - 1),
  Rewrites: (rows) => {
    const box = el("div"), pass = D.passes[view.pass];
    if (!pass || !pass.rewrites.length) return el("div", "empty", pass ? `${pass.name} rewrote nothing by rules.` : "No pass ran.");
    for (const [rule, place, before, after, loc] of pass.rewrites) {
      const item = el("div", "rewrite row-like");
      item.append(el("div", "", null, el("span", "rule", rule), el("span", "place", place)));
      item.append(el("div", "old", "\u2212 " + before));
      after.forEach((text) => item.append(el("div", "new", "+ " + text)));
      item.onclick = () => jump(keys[loc][0]);
      box.append(item);
    }
    return box;
  },
  Explain: () => {
    const box = el("div", "prose");
    for (const { title, place, loc, rows } of D.explain) {
      const head = el("h3", "", title);
      if (place) { const link = el("button", "", place); link.onclick = () => jump(keys[loc][0]); head.append(link); }
      box.append(head);
      const node = el("table");
      for (const [sign, name, said] of rows) node.append(el("tr", "", null, el("td", "name " + SIGNS[sign], name), el("td", sign === "-" ? "why" : "", said)));
      box.append(node);
    }
    return box;
  },
  Stats: () => {
    const box = el("div", "prose");
    const total = D.passes.reduce((n, p) => n + p.ms, 0) || 1;
    box.append(el("h3", "", "Passes"));
    box.append(table(["pass", "ms", "share", "operations", "lines", "counted"],
      D.passes.map((p) => [p.name, p.ms.toFixed(2), (100 * p.ms / total).toFixed(0) + " %", `${p.operations[0]} \u2192 ${p.operations[1]}`,
        p.diff.length ? `+${added(p)} \u2212${removed(p)}` : "", p.statistics.map(([w, n]) => `${n}\u00d7 ${w}`).join(", ")]),
      ["name", "number", "number", "number", "number", "why"]));
    if (D.rules.length) {
      box.append(el("h3", "", "Rewrite rules"));
      box.append(table(["rule", "tried", "matched", "not, because"],
        D.rules.map(([pass, rule, tried, matched, , why]) => [`${rule}`, tried, matched, why.map(([r, n]) => `${n}\u00d7 ${r}`).join("; ")]),
        ["name", "number", "number", "why"]));
    }
    return box;
  },
};
for (const listing of D.listings) TABS[listing.name] = (rows) => drawListing(listing, rows);
const ORDER = ["Diff", "Pretty", "IR", ...D.listings.map((l) => l.name), "Rewrites", "Explain", "Stats"];
const OF_PASS = new Set(["Diff", "Pretty", "IR", "Rewrites"]);

const interesting = (body) => {
  /* Begin where an equation of the model is computed, not at the plumbing before it. */
  const counts = new Map(), rows = [...body.querySelectorAll(".row.linked")];
  for (const r of rows) counts.set(r.keys[0], (counts.get(r.keys[0]) || 0) + 1);
  const most = Math.max(...counts.values());
  const first = rows.find((r) => r.keys.some((k) => named.has(k)) && counts.get(r.keys[0]) < most) || rows[0];
  if (first) body.scrollTop = first.offsetTop - body.offsetTop - 92;
};
const draw = (which) => {
  const panel = document.getElementById(which);
  panel.querySelectorAll(".tab").forEach((t) => t.setAttribute("aria-selected", t.dataset.name === view[which]));
  panes[which] = new Rows();
  const body = panel.querySelector(".body");
  body.replaceChildren(TABS[view[which]](panes[which]));
  body.scrollTop = 0;
  body.scrollLeft = 0;
  if (!["Diff", "Rewrites", "Explain", "Stats"].includes(view[which])) interesting(body);
  if (pinned) light(pinned);
};
const show = (which, name) => { view[which] = name; draw(which); remember(); };
const choose = (place) => {
  if (place < 0 || place >= D.passes.length) return;
  view.pass = place;
  document.querySelectorAll("#passes .pass[data-place]").forEach((p) => p.setAttribute("aria-selected", +p.dataset.place === place));
  document.querySelector(`#passes .pass[data-place="${place}"]`).scrollIntoView({ block: "nearest" });
  if (view.a !== "Rewrites") view.a = "Diff";
  for (const which of ["a", "b"]) if (OF_PASS.has(view[which])) draw(which);
  remember();
};
const jump = (key) => {
  if (!key) return;
  const file = +key.split(":")[0];
  drawSource(file);
  const found = panes.source.byKey.get(key);
  if (found) { pin(found[0]); found[0].scrollIntoView({ block: "center" }); }
};

// ---------------------------------------------------------------- panels

const viewer = (which) => {
  const panel = el("section", "panel");
  panel.id = which;
  const bar = el("div", "bar");
  for (const name of ORDER) {
    const tab = el("button", "tab", name);
    tab.dataset.name = name;
    tab.onclick = () => show(which, name);
    bar.append(tab);
  }
  panel.append(bar, el("div", "body"));
  return panel;
};
let shownFile = -1;
const drawSource = (file) => {
  if (file === shownFile) return;
  shownFile = file;
  const rows = (panes.source = new Rows()), code = el("div", "code"), { lines, file: name } = D.sources[file];
  const words = name.endsWith(".mlir") ? MLIR : PYTHON;
  let first = null;
  lines.forEach((text, i) => {
    const node = row(i + 1, coloured(text, words)), key = keyOf(file, i + 1);
    if (hues.has(key)) {
      rows.add(node, [key], 0);
      const n = uses.get(key) || 0;
      node.title = `${plural(n, "operation")} of the last IR`;
      first = first || node;
    }
    code.append(node);
  });
  if (!lines.length) code.append(el("div", "empty", "The text of this source is in no file."));
  const panel = document.getElementById("source");
  panel.querySelectorAll(".tab").forEach((t) => t.setAttribute("aria-selected", +t.dataset.file === file));
  panel.querySelector(".body").replaceChildren(code);
  if (first) panel.querySelector(".body").scrollTop = Math.max(0, first.offsetTop - panel.querySelector(".body").offsetTop - 120);
};
const source = () => {
  const panel = el("section", "panel"), bar = el("div", "bar");
  panel.id = "source";
  D.sources.forEach(({ file, lines }, i) => {
    if (!lines.length && D.sources.length > 1) return;
    const tab = el("button", "tab", file.split("/").pop());
    tab.title = file;
    tab.dataset.file = i;
    tab.onclick = () => drawSource(i);
    bar.append(tab);
  });
  panel.append(bar, el("div", "body"));
  return panel;
};
const passes = () => {
  const panel = el("section", "panel"), body = el("div", "body");
  panel.id = "passes";
  const total = D.passes.reduce((n, p) => n + p.ms, 0), later = D.listings.reduce((n, l) => n + l.seconds * 1e3, 0);
  const bar = el("div", "bar", null, el("span", "title", "Passes"), el("span", "side", `${milliseconds(total)} + LLVM ${milliseconds(later)}`));
  const longest = Math.max(0.001, ...D.passes.map((p) => p.ms));
  const item = (place, name, ms, changed, most = longest) => {
    const button = el("button", "pass" + (changed ? "" : " same"));
    button.style.setProperty("--share", (100 * ms / most).toFixed(1) + "%");
    button.append(el("span", "place", place), el("span", "name", name), el("span", "delta"), el("span", "ms", milliseconds(ms)));
    return button;
  };
  const level = (text) => body.append(el("div", "level", text));
  if (D.passes.length) level(D.passes.some((p) => p.ensures) ? "network" : "module");
  D.passes.forEach((pass, i) => {
    if (pass.ensures) level(`\u2193 ${pass.ensures}`);
    const button = item(i + 1, pass.name, pass.ms, pass.diff.length);
    const change = pass.operations[1] - pass.operations[0];
    if (change) button.querySelector(".delta").append(el("span", change < 0 ? "less" : "more", (change < 0 ? "\u2212" : "+") + Math.abs(change)));
    button.dataset.place = i;
    button.title = `${pass.text}\n${pass.doc}\n${pass.operations[0]} \u2192 ${pass.operations[1]} operations`;
    button.onclick = () => choose(i);
    body.append(button);
  });
  if (D.listings.length) level("\u2193 machine code");
  for (const listing of D.listings) {
    const button = item("", listing.name, listing.seconds * 1e3, true, Math.max(longest, later));
    button.querySelector(".delta").textContent = listing.text.length + " lines";
    button.onclick = () => show("b", listing.name);
    body.append(button);
  }
  if (!D.passes.length && !D.listings.length) body.append(el("div", "empty", "No pass ran."));
  panel.append(bar, body);
  return panel;
};
const header = () => {
  const node = el("header"), facts = el("div", "facts");
  const fact = (value, text) => { const f = el("span"); f.append(el("b", "", value), " " + text); facts.append(f); };
  const count = (state) => state.text.filter((id) => /^\s*(?:%[^=]*= )?(?:"?[a-z]+\.[a-z_]|(?:return|call)\b)/.test(D.lines[id])).length;
  if (D.passes.length) fact(D.passes.length, "passes");
  fact(D.passes.length ? `${count(D.states[0])} \u2192 ${count(last)}` : count(last), "operations");
  for (const listing of D.listings) fact(listing.text.length, `lines ${listing.name}`);
  const help = el("span", "help");
  help.innerHTML = "<kbd>j</kbd> <kbd>k</kbd> passes &nbsp;<kbd>click</kbd> follow a line &nbsp;<kbd>esc</kbd> let go";
  facts.append(help);
  node.append(el("h1", "", D.title.split("/").pop()), el("span", "made", "compiled by Ranvier"), facts);
  return node;
};

// ---------------------------------------------------------------- the address says what is shown

const remember = () => {
  const parts = { pass: view.pass + 1, a: view.a, b: view.b };
  if (pinned && pinned.keys.length) parts.pin = pinned.keys[0];
  history.replaceState(null, "", "#" + new URLSearchParams(parts));
};
const restore = () => {
  const said = new URLSearchParams(location.hash.slice(1));
  for (const which of ["a", "b"]) if (TABS[said.get(which)]) view[which] = said.get(which);
  const place = +said.get("pass") - 1;
  if (place >= 0 && place < D.passes.length) view.pass = place;
  return said.get("pin");
};
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "j") choose(view.pass + 1);
  else if (e.key === "k") choose(view.pass - 1);
  else if (e.key === "Escape") pin(null);
});

const start = restore();
document.body.append(header(), el("main", "", null, el("div", "left", null, source(), passes()), viewer("a"), viewer("b")));
const busiest = D.sources.map((s, i) => [s.lines.length ? [...uses].reduce((n, [k, c]) => n + (+k.split(":")[0] === i ? c : 0), 0) + 1 : 0, i]);
busiest.sort((a, b) => b[0] - a[0]);
if (busiest.length) drawSource(busiest[0][1]);
draw("a");
draw("b");
const selected = document.querySelector(`#passes .pass[data-place="${view.pass}"]`);
if (selected) { selected.setAttribute("aria-selected", "true"); selected.scrollIntoView({ block: "nearest" }); }
if (start) jump(start);
document.body.dataset.ready = "yes";
