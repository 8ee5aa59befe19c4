// The picture: what a frame lights up, and how full everything is.
import { size, time } from './words.js';
import { sum } from './run.js';

const callbacks = ['close', 'data', 'drain', 'unpipe', 'error', 'finish', 'end'];
const $ = (id) => document.getElementById(id);

// svg makes an element of a picture.
export function svg(name, attributes, text) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

// The callbacks stand in the picture or, where that is narrow, below it.
callbacks.forEach((name, i) => {
  $('box-pipe').append(svg('text', { x: 424, y: 121 + 20 * i, class: 'small code callback', 'data-on': name }, name));
  const item = document.createElement('li');
  item.textContent = item.dataset.on = name;
  $('callbacks').append(item);
});
const narrow = matchMedia('(max-width: 640px)');
const fit = () => $('picture').setAttribute('viewBox', narrow.matches ? '30 0 440 592' : '0 0 520 592');
narrow.addEventListener('change', fit);
fit();

// setUp draws what stays the same during a run. A run that is still a question
// does not give away how much will wait.
export function setUp(run, isQuestion) {
  const { settings } = run;
  const columns = settings.consumer_ms.length === 1 ? [[128, 244]] : [[122, 120], [250, 120]];
  const frames = isQuestion ? [] : run.frames;
  const peak = Math.max(settings.mark, ...frames.flatMap((f) => f.lengths));
  $('destinations').replaceChildren(...columns.map(([x, width], i) => destination(i, x, width, settings, peak)));
  $('lane-drain').setAttribute('d', `M${columns[0][0] - 2} 476H40V104H118`);
  $('box-brake').toggleAttribute('hidden', settings.pause_ms === undefined);
  $('picture').classList.toggle('unheeded', settings.heed === 'no');
  $('label-pause').textContent = settings.heed === 'no' ? 'ignored' : 'pause()';
  $('label-pipe').textContent = settings.heed === 'no' ? "on('data')" : 'src.pipe(dst)';
  const room = Math.max(settings.read_ahead, ...frames.map((f) => f.rlength));
  $('mark-readable').setAttribute('d', `M${134 + 232 * settings.read_ahead / room} 104v26`);
}

// The queue of a destination is a well from y 356 to 500, piled up from below.
const bottom = 500, height = 144;

function destination(i, x, width, settings, peak) {
  const g = svg('g', {});
  const box = svg('g', { class: 'box', id: `box-queue${i}` });
  const markY = bottom - height * 0.85 * settings.mark / peak;
  box.append(svg('rect', { x, y: 356, width, height, rx: 6 }), svg('g', { id: `blocks${i}`, 'data-x': x + 6, 'data-width': width - 12, 'data-peak': peak }),
    svg('path', { class: 'mark', d: `M${x} ${markY}h${width}` }));
  g.append(box, svg('path', { id: `arrow-out${i}`, class: 'arrow data', d: `M${x + width / 2} 500v26` }));
  const out = svg('g', { class: 'box', id: `box-out${i}` });
  const name = settings.consumer_ms.length === 1 ? 'destination' : `destination ${i + 1}`;
  out.append(svg('rect', { x, y: 528, width, height: 56, rx: 6 }),
    svg('text', { x: x + width / 2, y: 550, class: 'middle' }, name),
    svg('text', { x: x + width / 2, y: 571, class: 'middle small', id: `label-out${i}` }));
  g.append(out);
  if (i === settings.consumer_ms.length - 1) {
    g.append(svg('text', { x: x + width + 4, y: markY - 3, class: 'small' }, 'mark'),
      svg('text', { x: x + width + 4, y: markY + 13, class: 'small' }, size(settings.mark)),
      svg('text', { x: x + width + 4, y: markY > bottom - height / 2 ? bottom - height + 12 : bottom - 4, class: 'small' }, 'queue'));
  }
  return g;
}

// draw shows a frame.
export function draw(run, frame) {
  const { settings } = run;
  const total = settings.chunk * settings.count;
  const left = total - sum(frame.taken) / frame.taken.length - frame.rlength - sum(frame.lengths) / frame.lengths.length;
  $('label-data').textContent = `your data: ${size(Math.max(0, left))} left`;
  $('label-flow').textContent = frame.flowing ? 'flowing' : frame.n === 0 ? '' : frame.event?.event === 'end' || left + frame.rlength <= 0 ? 'at its end' : 'paused';
  $('label-readable').textContent = `${size(frame.rlength)} wait, its mark is ${size(settings.read_ahead)}`;
  const room = Math.max(settings.read_ahead, ...run.frames.map((f) => f.rlength));
  $('blocks-readable').replaceChildren(...pile(frame.rlength, settings.chunk).map(([from, to]) =>
    svg('rect', { class: 'block', x: 134 + 232 * from / room, y: 109, width: 232 * (to - from) / room, height: 16 })));
  frame.lengths.forEach((length, i) => {
    const { x, width, peak } = $(`blocks${i}`).dataset;
    const scale = height * 0.85 / peak;
    $(`blocks${i}`).replaceChildren(...pile(length, settings.chunk).map(([from, to]) =>
      svg('rect', { class: 'block', x, y: bottom - to * scale, width, height: (to - from) * scale })));
    $(`label-out${i}`).textContent = frame.taken[i] > 0 ? `${size(frame.taken[i])} taken` : `${time(settings.consumer_ms[i])} a chunk`;
  });
  light(frame);
}

// pile divides bytes into chunks, from the one that came first. Very many are
// drawn as one.
function pile(bytes, chunk) {
  const blocks = [];
  const step = bytes / chunk > 80 ? bytes : chunk;
  for (let from = 0; from < bytes; from += step) blocks.push([from, Math.min(from + step, bytes)]);
  return blocks;
}

// light lights up the arrows and boxes of a frame.
function light(frame) {
  for (const element of document.querySelectorAll('#picture .lit, #callbacks .lit')) element.classList.remove('lit');
  for (const id of lit(frame)) $(id)?.classList.add('lit');
  const name = frame.event?.event;
  for (const element of document.querySelectorAll(`[data-on="${name}"]`)) element.classList.add('lit');
}

// lit returns the ids of what a frame lights up.
function lit({ event, took, arrived, taken }) {
  if (!event) {
    const out = took > 0 ? taken.flatMap((_, i) => [`arrow-out${i}`, `box-out${i}`]) : [];
    return arrived > 0 ? ['arrow-source', ...out] : out;
  }
  switch (event.event) {
    case 'data': return ['arrow-data', 'box-write'];
    case 'write': return ['box-question', 'arrow-ask', 'arrow-join', `box-queue${event.dst}`, event.ret ? 'lane-true' : 'lane-pause'];
    case 'pause': return ['lane-pause', 'box-readable'].slice(event.cause === 'backpressure' ? 0 : 1).concat(event.cause === 'user' ? 'box-brake' : []);
    case 'resume': return event.cause === 'drain' ? ['lane-drain', 'box-readable'] : ['box-readable'].concat(event.cause === 'user' ? 'box-brake' : []);
    case 'drain': return ['label-drain', `box-queue${event.dst}`]; // it is the resume that goes up the lane
    case 'pipe': case 'unpipe': return ['box-pipe'];
    case 'end': return ['box-readable'];
    case 'finish': return [`box-out${event.dst}`];
  }
  return [];
}
