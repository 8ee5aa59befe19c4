"use strict";
// The script of the page: draws the state, lets people look at it closely, and on
// a live page takes new states. It has four parts: numbers as text, the picture,
// what a person does, and what the server sends. A state is what state.go says.
(() => {
const $ = id => document.getElementById(id);
const svg = $("svg"), picture = $("picture"), readout = $("readout");
const holders = ["source", "destination", "limit", "user", "program", "stage"];
const holderWords = ["source", "destination", "rate or script", "paused on request", "bpcopy, busy", "stage"];

// taken returns a state as it is drawn: runs without a series are told, and not drawn.
// Those that are rows have no verdict and no curve, but a row each.
function taken(text) {
  const s = JSON.parse(text), drawn = run => run.source.bytes.length > 0;
  s.told = s.runs.filter(run => !run.row);
  s.rows = s.runs.filter(run => run.row && drawn(run));
  s.runs = s.told.filter(drawn);
  return s;
}

let state = taken($("state").textContent);
let live = !state.over;
let view = null;   // the span of time that is shown, [from, to] in seconds; null is all
let cursor = null; // the time that is read, in seconds; null is none
let dragged = null; // where a drag over the picture began, in seconds

// ---- Numbers as text.

function trim(n) {
  return (n >= 99.95 || n === 0 ? n.toFixed(0) : n >= 1 ? n.toFixed(1) : n.toFixed(2)).replace(/\.0+$/, "");
}

function size(bytes) {
  const names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  let i = 0;
  while (bytes >= 999.5 && i < names.length - 1) { bytes /= 1024; i++; }
  return (i === 0 ? Math.round(bytes) : trim(bytes)) + " " + names[i];
}

function duration(s, step) {
  const fine = step === undefined ? s / 1000 : step;
  const digits = unit => Math.max(0, Math.min(3, -Math.floor(Math.log10(fine / unit) + 1e-9)));
  if (s === 0) return "0 s";
  if (s < 0.9995) return fixed(s * 1000, digits(0.001)) + " ms";
  if (s < 120) return fixed(s, digits(1)) + " s";
  const whole = Math.round(s), h = Math.floor(whole / 3600), m = Math.floor(whole % 3600 / 60), two = n => String(n).padStart(2, "0");
  return h > 0 ? h + ":" + two(m) + ":" + two(whole % 60) + " h" : m + ":" + two(whole % 60) + " min";
}

function fixed(n, digits) {
  const text = n.toFixed(digits);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

// steps returns round numbers from 0 to max, about n of them: of bytes, powers of two.
function steps(max, n, binary) {
  if (!(max > 0)) return [0];
  const base = binary ? 2 : 10;
  let step = base ** Math.floor(Math.log(max / n) / Math.log(base));
  const factors = binary ? [1, 2, 4] : [1, 2, 5, 10];
  step *= factors.find(f => max / (step * f) <= n) || factors.at(-1);
  if (binary) step = Math.max(step, 1); // there is no half a byte
  const all = [];
  for (let v = 0; v <= max * 1.0001; v += step) all.push(v);
  return all;
}

// ---- The picture.

// el makes an element of SVG. What it is given as text is text.
function el(name, attributes, ...children) {
  const e = document.createElementNS(svg.namespaceURI, name);
  for (const [key, value] of Object.entries(attributes || {})) e.setAttribute(key, value);
  for (const child of children) e.append(child);
  return e;
}

const sum = list => list.reduce((a, b) => a + b, 0);
const longest = () => Math.max(0.001, ...[...state.runs, ...state.rows].map(r => r.from + r.elapsed));
const shown = () => view || [0, longest()];
const bucketAt = (run, t) => Math.max(0, Math.min(run.source.bytes.length - 1, Math.floor((t - run.from) / run.width)));
const startOf = (run, i) => run.from + Math.min(i * run.width, run.until); // of a bucket

// A plot knows where a time and a value are on the paper.
function plot(top, height, max) {
  const [from, to] = shown(), left = paper.left, width = paper.width - paper.left - paper.right;
  return {
    top, height, max, left, right: left + width, bottom: top + height,
    x: t => left + (t - from) / (to - from) * width,
    y: v => top + height - Math.min(v / (max || 1), 1) * height,
  };
}

const paper = { width: 1000, left: 78, right: 14 };
let bottom = 0; // of what has been drawn

// first and last buckets of a run that are shown
function visible(run) {
  const [from, to] = shown();
  return [Math.max(0, Math.floor((from - run.from) / run.width)), Math.min(run.source.bytes.length, Math.ceil((to - run.from) / run.width) + 1)];
}

// path goes through a value for each bucket, which lasts as long as that.
function path(p, run, valueOf, closed) {
  const [a, b] = visible(run);
  if (a >= b) return "";
  const x = i => p.x(startOf(run, i)).toFixed(1);
  let last = p.y(valueOf(a)).toFixed(1), d = `M${x(a)} ${last}`;
  for (let i = a + 1; i < b; i++) {
    const y = p.y(valueOf(i)).toFixed(1);
    if (y !== last) d += `H${x(i)}V${y}`;
    last = y;
  }
  d += "H" + x(b);
  return closed ? d + `V${p.bottom}H${x(a)}Z` : d;
}

// slope is path for a total, which grows within a bucket.
function slope(p, run, bytes) {
  const [a, b] = visible(run);
  let total = sum(bytes.slice(0, a)), d = "M" + p.x(startOf(run, a)).toFixed(1) + " " + p.y(total).toFixed(1);
  for (let i = a; i < b; i++) {
    total += bytes[i];
    d += "L" + p.x(startOf(run, i + 1)).toFixed(1) + " " + p.y(total).toFixed(1);
  }
  if (run.elapsed > run.until) d += "L" + p.x(run.from + run.elapsed).toFixed(1) + " " + p.y(total).toFixed(1);
  return d;
}

// panel draws a frame with a title and a scale.
function panel(title, height, max, format) {
  const p = plot(bottom + 26, height, max);
  svg.append(el("text", { x: p.left, y: p.top - 7, class: "title" }, title));
  svg.append(el("rect", { x: p.left, y: p.top, width: p.right - p.left, height, class: "frame" }));
  for (const v of steps(max, height > 60 ? 4 : 2, true)) {
    svg.append(el("path", { d: `M${p.left} ${p.y(v).toFixed(1)}H${p.right}`, class: "grid" }));
    gutter(format(v), p.y(v) + 4);
  }
  p.clip = el("g", { "clip-path": "url(#clip)" });
  svg.append(p.clip);
  bottom = p.bottom;
  return p;
}

// bands colours the time in which the source was paused, by who held the copy up.
function bands(p, run) {
  const [a, b] = visible(run), d = holders.map(() => "");
  for (let i = a, j; i < b; i = j) {
    const of = i => run.source.held[i] < 500 ? null : holderAt(run, i), h = of(i);
    for (j = i + 1; j < b && of(j) === h; j++);
    if (h !== null) d[h] += `M${p.x(startOf(run, i)).toFixed(1)} ${p.top}V${p.bottom}H${p.x(startOf(run, j)).toFixed(1)}V${p.top}Z`;
  }
  d.forEach((d, h) => d && p.clip.append(el("path", { d, class: "band fill-" + holders[h] })));
}

// holderAt is who held the copy up for most of a bucket. Where nobody told, it is
// the destination: it was full.
function holderAt(run, i) {
  if (!run.holders) return 1;
  let most = 0;
  run.holders.forEach((shares, h) => { if (shares[i] > run.holders[most][i]) most = h; });
  return most;
}

const several = () => state.runs.length > 1;

function drawBytes() {
  const p = panel("Bytes taken", 130, Math.max(1, ...state.runs.flatMap(run => tracksOf(run).map(track => sum(track.bytes)))), size);
  state.runs.forEach((run, i) => {
    if (!several()) bands(p, run);
    tracksOf(run).forEach((track, k) => p.clip.append(el("path", { d: slope(p, run, track.bytes), ...look(i, k) })));
  });
}

// runLook is that of a run drawn over others. No two of 36 have the same colour and
// the same dashes.
const runLook = run => `run${run % 6} dash${(run + Math.floor(run / 6)) % 6}`;

// look is that of a track of a run.
function look(run, track) {
  if (several()) return { class: "curve " + runLook(run) };
  return track === 0 ? { class: "curve stroke-source" } : { class: "curve stroke-destination", "stroke-dasharray": "5 3" };
}

// tracksOf is what the panels draw of a run: the source and the destinations or, where
// these are many, the slowest one. Of each of several runs it is one line.
const slowest = run => run.dsts[run.lead] || run.source;
const crowded = run => run.dsts.length > 4;
const tracksOf = run => several() ? [slowest(run)] : [run.source, ...(crowded(run) ? [slowest(run)] : run.dsts)];

function drawRate() {
  const of = (run, track) => i => track.bytes[i] / run.width;
  const rates = state.runs.flatMap(run => tracksOf(run).flatMap(track => track.bytes.map(n => n / run.width))).filter(n => n > 0).sort((a, b) => a - b);
  // A few peaks, as when an empty buffer is filled, must not flatten all the rest.
  const most = rates.at(-1) || 1, usual = 2 * (rates[Math.floor(rates.length * 0.95)] || 1), cut = most > 2 * usual;
  const p = panel(cut ? `Rate (peaks up to ${size(most)}/s are cut off)` : "Rate", 130, cut ? usual : most, v => size(v) + "/s");
  state.runs.forEach((run, i) => {
    if (!several()) bands(p, run);
    tracksOf(run).forEach((track, k) => p.clip.append(el("path", { d: path(p, run, of(run, track)), ...look(i, k) })));
  });
}

function drawBuffers() {
  const max = Math.max(1, ...state.runs.flatMap(r => [r.high, r.ahead, ...r.source.length, ...r.dsts.flatMap(d => d.length)])) * 1.14; // room for the name of a mark
  const p = panel(state.runs.some(run => run.dsts.length > 1) ? "Most buffered, of the fullest destination" : "Most buffered in each span", 150, max, size);
  state.runs.forEach((run, i) => {
    if (several()) {
      p.clip.append(el("path", { d: path(p, run, j => tracksOf(run)[0].length[j]), ...look(i) }));
      return;
    }
    bands(p, run);
    const fullest = j => Math.max(0, ...run.dsts.map(dst => dst.length[j])); // each has a row of its own
    p.clip.append(el("path", { d: path(p, run, fullest, true), class: "area fill-destination" }));
    p.clip.append(el("path", { d: path(p, run, fullest), ...look(i, 1) }));
    p.clip.append(el("path", { d: path(p, run, j => run.source.length[j]), ...look(i, 0) }));
  });
  drawMarks(p);
}

// drawMarks draws the marks, each once, with their names apart from each other.
function drawMarks(p) {
  const marks = new Map();
  for (const run of state.runs) {
    for (const [value, name] of [[run.high, "high-water mark"], [run.ahead, "read-ahead"], [run.low, "low-water mark"]]) {
      if (value > 0) marks.set(value, (marks.get(value) || new Set()).add(name));
    }
  }
  let above = p.bottom + 20;
  for (const [value, words] of [...marks].sort((a, b) => a[0] - b[0]).slice(0, 8)) {
    const y = p.y(value);
    svg.append(el("path", { d: `M${p.left} ${y.toFixed(1)}H${p.right}`, class: "mark" }));
    let at = y - 4 < p.top + 9 ? y + 13 : y - 4;
    if (at > above - 13) at = above - 13;
    above = at;
    if (at > p.top + 6) svg.append(el("text", { x: p.right - 4, y: at, "text-anchor": "end", class: "halo" }, [...words].join(" and ") + " " + size(value)));
  }
}

// drawHolders draws a strip for each run: who held it up, by shares of each span.
function drawHolders() {
  const known = state.runs.some(run => run.holders);
  if (state.runs.every(run => run.sum)) return; // each row has its own
  svg.append(el("text", { x: paper.left, y: bottom + 19, class: "title" }, known ? "Who held the copy up" : "Source paused by backpressure"));
  bottom += 26;
  state.runs.forEach(run => {
    if (several()) { label(run.name, bottom + 12); bottom += 17; }
    strip(run, 26);
    bottom += 4;
  });
}

// strip draws who held a run up.
function strip(run, height) {
  const p = lane(height), [a, b] = visible(run), d = holders.map(() => "");
  const sharesAt = i => run.holders ? run.holders.map(s => s[i]) : [0, run.source.held[i]];
  p.max = 1000;
  p.y = v => p.bottom - v / p.max * height;
  for (let i = a, j; i < b; i = j) {
    let under = 0;
    const shares = sharesAt(i);
    for (j = i + 1; j < b && String(sharesAt(j)) === String(shares); j++);
    const x = p.x(startOf(run, i)).toFixed(1), to = p.x(startOf(run, j)).toFixed(1);
    const scale = run.holders ? 1000 / Math.max(1, sum(shares)) : 1;
    shares.forEach((share, h) => {
      if (share > 0) d[h] += `M${x} ${p.y(under * scale).toFixed(1)}V${p.y((under + share) * scale).toFixed(1)}H${to}V${p.y(under * scale).toFixed(1)}Z`;
      under += share;
    });
  }
  const commit = run.from + run.until, over = run.from + run.elapsed;
  if (run.holders && over > commit) d[1] += `M${p.x(commit).toFixed(1)} ${p.top}V${p.bottom}H${p.x(over).toFixed(1)}V${p.top}Z`;
  d.forEach((d, h) => {
    if (!d) return;
    p.clip.append(el("path", { d, class: "fill-" + holders[h] }));
    if (holders[h] in hatches) p.clip.append(el("path", { d, fill: `url(#${holders[h]}-hatch)` }));
  });
}

function label(text, y, dx) {
  const room = Math.floor((paper.width - paper.left - paper.right) / 7);
  if (text.length > room) text = text.slice(0, Math.ceil(room / 2)) + "…" + text.slice(-Math.floor(room / 2));
  svg.append(el("text", { x: paper.left + (dx || 0), y, class: "label" }, text));
}

const mostRows = 32;

// drawRows draws a row for each stage, destination and run that is a row: how full
// it was, and what it said.
function drawRows() {
  const staged = state.runs.some(run => run.stages.length > 0);
  const title = state.runs.some(run => run.sum) ? "Each direction and connection" : staged ? "Each stage and destination" : "Each destination";
  const rows = [];
  let left = 0;
  for (const run of state.runs) {
    const prefix = several() ? run.name + ": " : "";
    run.stages.forEach(stage => rows.push([run, stage, prefix + stage.name]));
    run.dsts.forEach(dst => rows.push([run, dst, run.sum ? "all connections " + run.name : prefix + dst.name]));
    left += run.more;
  }
  for (const run of state.rows) rows.push([run, run.dsts[0], run.name]);
  svg.append(el("text", { x: paper.left, y: bottom + 18, class: "title" }, title));
  bottom += 24;
  rows.slice(0, mostRows).forEach(row => drawRow(...row, rows.length > 1));
  left += Math.max(0, rows.length - mostRows);
  if (left > 0) { label(`and ${left} more, see the table`, bottom + 14); bottom += 20; }
}

// drawRow draws the fill, unless it is drawn above already, and a lane for each thing
// that the destination says: ticks where they are few enough, or else how often.
function drawRow(run, dst, name, filled) {
  const [a, b] = visible(run);
  label(name, bottom + 12);
  bottom += 18;
  if (filled) {
    const max = Math.max(1, run.high, ...dst.length), p = lane(30);
    p.max = max;
    p.clip.append(el("path", { d: path(p, run, i => dst.length[i], true), class: "area fill-destination" }));
    p.clip.append(el("path", { d: path(p, run, i => dst.length[i]), class: "curve stroke-destination" }));
    gutter(size(max), p.top + 9);
    gutter("0 B", p.bottom);
  }
  if (run.row) { strip(run, 10); gutter("held by", bottom - 3); }
  if (dst.holding) {
    const p = lane(16);
    p.max = 1000;
    p.clip.append(el("path", { d: path(p, run, i => dst.holding[i], true), class: "fill-stage" }));
    gutter("held it up", p.bottom - 4);
  }
  for (const [key, word, colour] of [["refused", "write() false", "bad"], ["drains", "drain", "good"]]) {
    const n = sum(dst[key].slice(a, b)), few = n * 5 <= paper.width - paper.left - paper.right, p = lane(few ? 16 : 30);
    gutter(word, p.bottom - 4);
    if (n === 0) svg.append(el("text", { x: p.left + 4, y: p.top + 12, class: "faint" }, "never"));
    if (few) {
      p.clip.append(el("path", { d: ticksOf(p, run, dst[key], a, b), class: "tick stroke-" + colour }));
      continue;
    }
    p.max = Math.max(...dst[key].slice(a, b));
    p.y = v => p.bottom - v / p.max * 16; // the text is above it
    p.clip.append(el("path", { d: path(p, run, i => dst[key][i], true), class: "area fill-" + colour }));
    p.clip.append(el("path", { d: path(p, run, i => dst[key][i]), class: "curve stroke-" + colour }));
    svg.append(el("text", { x: p.right - 4, y: p.top + 10, "text-anchor": "end", class: "faint" }, `up to ${count(p.max / run.width)}/s`));
  }
  bottom += 6;
}

// lane adds a frame to a row.
function lane(height) {
  const p = plot(bottom, height, 1);
  p.y = v => p.bottom - Math.min(v / p.max, 1) * (height - 2);
  p.clip = el("g", { "clip-path": "url(#clip)" });
  svg.append(el("rect", { x: p.left, y: p.top, width: p.right - p.left, height, class: "frame" }), p.clip);
  bottom = p.bottom + 2;
  return p;
}

function gutter(text, y) { svg.append(el("text", { x: paper.left - 6, y, "text-anchor": "end", class: "faint" }, text)); }

const count = n => n >= 1e6 ? trim(n / 1e6) + " M" : n >= 1e5 ? trim(n / 1e3) + " k" : trim(n);

// ticksOf draws a tick for each time that something was said, spread over its bucket.
function ticksOf(p, run, counts, a, b) {
  let d = "";
  for (let i = a; i < b; i++) {
    for (let k = 0; k < counts[i]; k++) d += `M${p.x(run.from + (i + (k + 0.5) / counts[i]) * run.width).toFixed(1)} ${p.top + 2}V${p.bottom - 2}`;
  }
  return d;
}

function drawTime() {
  const [from, to] = shown(), p = plot(0, bottom, 1), n = Math.max(2, Math.floor((p.right - p.left) / 80));
  const all = steps(to - from, n, false), step = all[1] || to;
  for (let t = Math.ceil(from / step) * step; t <= to * 1.0001; t += step) {
    const x = p.x(t), side = x > p.right - 30 ? "end" : x < p.left + 12 ? "start" : "middle";
    svg.append(el("path", { d: `M${x.toFixed(1)} ${bottom}v4`, class: "grid" }));
    svg.append(el("text", { x: Math.min(x, p.right), y: bottom + 17, "text-anchor": side, class: "faint" }, duration(t, step)));
  }
  bottom += 24;
}

// The colours alone do not tell the holders apart in black and white.
const hatches = { source: "M0 4H8", limit: "M-2 2L2 -2M0 8L8 0M6 10L10 6", user: "M0 4H8M4 0V8", program: "M1 2H3M5 6H7", stage: "M2 0V8M6 0V8" };

function definitions() {
  const p = plot(0, 1, 1), defs = el("defs");
  defs.append(el("clipPath", { id: "clip" }, el("rect", { x: p.left, y: -10, width: p.right - p.left, height: 100000 })));
  for (const [name, d] of Object.entries(hatches)) defs.append(hatch(name, d));
  return defs;
}

function hatch(name, d) {
  return el("pattern", { id: name + "-hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse" }, el("path", { d, class: "hatch" }));
}

function draw() {
  paper.width = Math.max(320, Math.round(picture.clientWidth || 1000));
  bottom = 0;
  svg.replaceChildren(definitions());
  if (state.runs.some(run => run.source.bytes.length > 0)) {
    drawBytes();
    drawRate();
    drawBuffers();
    drawHolders();
    drawRows();
    drawTime();
  } else {
    svg.append(el("text", { x: 0, y: 16 }, "No bytes could move yet."));
    bottom = 24;
  }
  svg.setAttribute("viewBox", `0 0 ${paper.width} ${bottom}`);
  drawLegend();
  drawCursor();
  $("grain").textContent = "A span is " + state.runs.map(run => duration(run.width, run.width)).filter((s, i, all) => all.indexOf(s) === i).join(" or ") + ".";
  picture.setAttribute("aria-valuemax", longest().toFixed(3));
}

const destinationWord = run => !run || run.dsts.length < 2 ? "destination" : crowded(run) ? "slowest destination" : "destinations";

function drawLegend() {
  const sample = (cls, dash) => el("svg", { viewBox: "0 0 26 12", "aria-hidden": "true" }, el("path", { d: "M0 6H26", class: "curve " + cls, ...(dash ? { "stroke-dasharray": dash } : {}) }));
  const drawn = [...state.runs, ...state.rows];
  const block = h => {
    const box = { x: 2, y: 0, width: 22, height: 12 }, s = el("svg", { viewBox: "0 0 26 12", "aria-hidden": "true" }, el("rect", { ...box, class: "fill-" + holders[h] }));
    if (holders[h] in hatches) s.append(el("rect", { ...box, fill: `url(#${holders[h]}-hatch)` }));
    return s;
  };
  const entry = (mark, text) => { const e = document.createElement("span"); e.append(mark, text); return e; };
  const all = several() ? state.runs.map((run, i) => entry(sample(runLook(i)), run.name))
    : [entry(sample("stroke-source"), "source"), entry(sample("stroke-destination", "5 3"), destinationWord(state.runs[0]))];
  holders.forEach((name, h) => {
    if (drawn.some(run => run.holders ? sum(run.holders[h]) > 0 : h === 1 && sum(run.source.held) > 0)) {
      all.push(entry(block(h), drawn.some(run => run.holders) ? "held by: " + holderWords[h] : "paused by backpressure"));
    }
  });
  $("legend").replaceChildren(...all);
}

// saved is the picture as a file of its own: with its style, its title and its legend.
function saved() {
  const copy = svg.cloneNode(true), style = el("style", {}, document.querySelector("style").textContent);
  copy.querySelectorAll(".cursor, .span").forEach(e => e.remove());
  copy.removeAttribute("aria-hidden");
  const legend = el("g", { class: "label" });
  let x = 16, y = 0;
  for (const entry of $("legend").children) {
    const width = 40 + entry.textContent.length * 7, mark = entry.firstChild.cloneNode(true);
    if (x > 16 && x + width > paper.width) { x = 16; y += 16; }
    for (const [name, value] of [["x", x], ["y", y - 10], ["width", 26], ["height", 12]]) mark.setAttribute(name, value);
    legend.append(mark, el("text", { x: x + 32, y }, entry.textContent));
    x += width;
  }
  const extra = y + 58, height = bottom + extra; // above the picture
  legend.setAttribute("transform", `translate(0 ${-22 - y})`);
  for (const [name, value] of [["viewBox", `0 ${-extra} ${paper.width} ${height}`], ["width", paper.width], ["height", height], ["font-family", "system-ui, sans-serif"], ["role", "img"]]) copy.setAttribute(name, value);
  copy.prepend(el("title", {}, document.querySelector("h1").textContent), style,
    el("rect", { x: 0, y: -extra, width: paper.width, height, fill: "var(--ground)" }),
    el("text", { x: 16, y: -extra + 18, class: "title" }, document.querySelector("h1").textContent), legend);
  return new XMLSerializer().serializeToString(copy);
}

// ---- What a person does.

// drawCursor marks the time that is read, and tells its values.
function drawCursor() {
  svg.querySelectorAll(".cursor, .span").forEach(e => e.remove());
  const p = plot(0, bottom, 1), [from, to] = shown();
  if (cursor === null || cursor < from || cursor > to) { readout.textContent = ""; return; }
  const x = p.x(cursor).toFixed(1);
  if (dragged !== null) {
    const y = p.x(dragged);
    svg.append(el("rect", { x: Math.min(x, y), y: 0, width: Math.abs(x - y), height: bottom - 24, class: "span" }));
  }
  svg.append(el("path", { d: `M${x} 14V${bottom - 22}`, class: "cursor" }));
  readout.textContent = tell(cursor);
  picture.setAttribute("aria-valuenow", cursor.toFixed(3));
  picture.setAttribute("aria-valuetext", readout.textContent);
}

// tell says in words what was at a time.
function tell(t) {
  return state.runs.map(run => {
    const i = bucketAt(run, t), words = [];
    if (run.source.bytes.length === 0) return "";
    if (t > run.from + (i + 1) * run.width) return (several() ? run.name + ": " : "") + `at ${duration(t)}: ${run.from + run.elapsed > t ? "all bytes are written, the destinations are being completed" : "over"}.`;
    words.push(`read ${size(run.source.bytes[i] / run.width)}/s, ${size(sum(run.source.bytes.slice(0, i + 1)))} so far`);
    if (!run.sum) words.push(`source buffer ${size(run.source.length[i])}`);
    run.dsts.slice(0, 6).forEach((dst, d) => words.push((run.dsts.length > 1 ? `destination ${d + 1}` : "destination") +
      ` ${size(dst.bytes[i] / run.width)}/s, buffer ${size(dst.length[i])}, write() false ${count(dst.refused[i])}, drains ${count(dst.drains[i])}`));
    if (run.dsts.length > 6) words.push(`and ${run.dsts.length - 6} destinations more`);
    if (run.holders) {
      const held = holderWords.map((word, h) => [run.holders[h][i], word]).filter(([share]) => share > 0).sort((a, b) => b[0] - a[0]);
      if (held.length) words.push("held by " + held.map(([share, word]) => `${word} ${trim(share / 10)} %`).join(", "));
    } else if (run.source.held[i] > 0) words.push(`paused ${trim(run.source.held[i] / 10)} %`);
    return (several() ? run.name + ": " : "") + `at ${duration(run.from + i * run.width, run.width)}: ` + words.join("; ") + ".";
  }).filter(text => text).join(" ");
}

function zoom(from, to) {
  const all = longest(), least = Math.min(...state.runs.map(run => run.width || 1)) * 4;
  if (to - from < least) { const middle = (from + to) / 2; from = middle - least / 2; to = middle + least / 2; }
  from = Math.max(0, from);
  to = Math.min(all, to);
  view = from <= 0 && to >= all ? null : [from, to];
  draw();
}

function zoomBy(factor) {
  const [from, to] = shown(), at = cursor !== null && cursor >= from && cursor <= to ? cursor : (from + to) / 2;
  zoom(at - (at - from) * factor, at + (to - at) * factor);
}

function move(t) {
  const [from, to] = shown();
  cursor = Math.max(0, Math.min(longest(), t));
  if (cursor < from || cursor > to) zoom(cursor - (to - from) / 2, cursor + (to - from) / 2);
  drawCursor();
}

const timeAt = e => {
  const box = svg.getBoundingClientRect(), p = plot(0, 1, 1), [from, to] = shown();
  const x = (e.clientX - box.left) / box.width * paper.width;
  return Math.max(from, Math.min(to, from + (x - p.left) / (p.right - p.left) * (to - from)));
};

picture.addEventListener("pointerdown", e => { if (e.button === 0 && e.pointerType !== "touch") { dragged = timeAt(e); picture.setPointerCapture(e.pointerId); } });
picture.addEventListener("pointermove", e => { cursor = timeAt(e); drawCursor(); });
picture.addEventListener("pointerup", e => {
  const from = dragged, to = timeAt(e), [a, b] = shown();
  dragged = null;
  if (from !== null && Math.abs(to - from) > (b - a) / 100) zoom(Math.min(from, to), Math.max(from, to));
  else { cursor = to; drawCursor(); }
});
picture.addEventListener("pointercancel", () => { dragged = null; drawCursor(); });
picture.addEventListener("pointerleave", () => { if (dragged === null && document.activeElement !== picture) { cursor = null; drawCursor(); } });
picture.addEventListener("dblclick", () => { view = null; draw(); });
picture.addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey || state.runs.length === 0) return;
  const [from, to] = shown(), step = (state.runs[0].width || longest() / 100) * (e.shiftKey ? 10 : 1), at = cursor === null ? from : cursor;
  const keys = {
    ArrowRight: () => move(cursor === null ? from : at + step), ArrowLeft: () => move(at - step),
    ArrowUp: () => move(at + step), ArrowDown: () => move(at - step),
    PageUp: () => move(at + (to - from) / 10), PageDown: () => move(at - (to - from) / 10),
    Home: () => move(0), End: () => move(longest()),
    "+": () => zoomBy(0.5), "=": () => zoomBy(0.5), "-": () => zoomBy(2), "0": () => { view = null; draw(); },
    Escape: () => { cursor = null; view = null; draw(); },
  };
  if (keys[e.key]) { e.preventDefault(); keys[e.key](); }
});
$("in").addEventListener("click", () => zoomBy(0.5));
$("out").addEventListener("click", () => zoomBy(2));
$("all").addEventListener("click", () => { view = null; draw(); });
$("save").addEventListener("click", () => {
  $("save").href = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(saved());
  $("save").download = "picture.svg";
});

picture.hidden = $("tools").hidden = false;
new ResizeObserver(() => { if (Math.round(picture.clientWidth) !== paper.width) draw(); }).observe(picture);
draw();

// ---- What the server sends.

function node(name, text, attributes) {
  const e = document.createElement(name);
  if (text !== undefined) e.textContent = text;
  for (const [key, value] of Object.entries(attributes || {})) e.setAttribute(key, value);
  return e;
}

// tell again what the server has said when it made the page
function retell() {
  $("verdicts").replaceChildren(...state.told.map(run => {
    const section = node("section", undefined, { class: "verdict" + (run.failed ? " bad" : "") });
    if (state.told.length > 1) section.append(node("h2", run.name));
    section.append(node("p", run.verdict.join(" ")));
    return section;
  }));
  $("tables").replaceChildren(...state.tables.map(table => {
    const section = node("section"), t = node("table"), head = node("tr"), body = node("tbody");
    head.append(...table.head.map(text => node("th", text, { scope: "col" })));
    for (const row of table.rows) {
      const tr = node("tr", undefined, { ...(row.field ? { "data-field": row.field } : {}), ...(row.bad ? { class: "bad" } : {}) });
      tr.append(...row.cells.map((text, i) => i === 0 ? node("th", text, { scope: "row" }) : node("td", text)));
      body.append(tr);
    }
    t.append(node("thead"), body);
    t.firstChild.append(head);
    const scroll = node("div", undefined, { class: "scroll", tabindex: 0, role: "region", "aria-label": table.title });
    scroll.append(t);
    section.append(node("h2", table.title), scroll);
    return section;
  }));
}

if (live) {
  const status = $("status"), events = new EventSource("events");
  let waiting = false; // a state has come that is not drawn yet
  const show = () => {
    waiting = false;
    draw();
    retell();
    if (state.over) { status.textContent = "over: this is how it ended"; status.className = "over"; document.title = "over: " + document.title; }
  };
  events.onmessage = e => {
    state = taken(e.data);
    if (state.over) { live = false; events.close(); show(); return; }
    if (!waiting) { waiting = true; requestAnimationFrame(() => { if (waiting) show(); }); }
  };
  events.onerror = () => {
    events.close();
    if (live) { status.textContent = "connection lost: this is the last that was seen"; status.className = "lost"; }
  };
}
})();
