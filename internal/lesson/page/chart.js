// What waits in memory over time, with and without heeding false.
import { memory } from './run.js';
import { size, time } from './words.js';
import { svg } from './picture.js';

const left = 8, right = 512, top = 26, bottom = 146;
const chart = document.getElementById('chart');

// drawChart draws both runs.
export function drawChart(heeded, ignored) {
  const end = Math.max(1, heeded.frames.at(-1).t, ignored.frames.at(-1).t);
  const peak = Math.max(...heeded.frames.map(memory), ...ignored.frames.map(memory));
  const x = (t) => left + (right - left) * t / end;
  const y = (bytes) => bottom - (bottom - top) * bytes / peak;
  const line = (frames) => frames.map((f, i) => (i === 0 ? `M${x(0)} ${y(0)}` : `H${x(f.t)}V${y(memory(f))}`)).join('');
  chart.replaceChildren(
    svg('path', { class: 'axis', d: `M${left} ${top}V${bottom}H${right}` }),
    svg('text', { class: 'small', x: left, y: 18 }, size(peak)),
    svg('text', { class: 'small', x: left, y: 164 }, '0 ms'),
    svg('text', { class: 'small end', x: right, y: 164 }, time(end)),
    svg('path', { class: 'ignored', d: line(ignored.frames) }),
    svg('path', { class: 'heeded', d: line(heeded.frames) }),
    svg('path', { class: 'heeded', d: 'M190 14h30' }), svg('text', { class: 'small', x: 226, y: 18 }, 'false heeded'),
    svg('path', { class: 'ignored', d: 'M340 14h30' }), svg('text', { class: 'small', x: 376, y: 18 }, 'false ignored'),
    svg('path', { class: 'now', id: 'now', 'data-end': end }));
  document.getElementById('compare').textContent = compare(heeded, ignored);
}

// compare says what both runs come to.
function compare(heeded, ignored) {
  const peaks = [heeded, ignored].map((run) => size(Math.max(...run.frames.map(memory))));
  const times = [heeded, ignored].map((run) => time(run.summary.virtual_ms));
  const most = peaks[0] === peaks[1] ? `At most ${peaks[0]} wait, whether the program heeds false or not`
    : `At most ${peaks[0]} wait when the program heeds false, and ${peaks[1]} when it ignores it`;
  return most + (times[0] === times[1] ? `. Both take ${times[0]}.` : `. It takes ${times[0]}, and ${times[1]} when it ignores it.`);
}

// markNow shows where the run is.
export function markNow(t) {
  const now = document.getElementById('now');
  now.setAttribute('d', `M${left + (right - left) * Math.min(1, t / now.dataset.end)} ${top}V${bottom}`);
}
