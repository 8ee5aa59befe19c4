// The lesson: asks for runs, plays them, and checks predictions.
import { lessons } from './lessons.js';
import { fetchRun, sinkCall } from './run.js';
import { draw, setUp } from './picture.js';
import { drawChart, markNow } from './chart.js';
import { mood, sentence, size, time } from './words.js';

const $ = (id) => document.getElementById(id);
const KiB = 1024;
const sizes = [4, 8, 16, 32, 64, 128, 256, 512, 1024].map((n) => n * KiB);
const times = [0, 5, 10, 20, 40, 80, 160, 320];

// The sliders, by the setting that they change. The second consumer is there
// with two destinations.
const sliders = [
  { key: 'mark', label: 'highWaterMark', values: sizes, say: size },
  { key: 'chunk', label: 'Chunk size', values: sizes, say: size },
  { key: 'source_ms', label: 'Source: a chunk in', values: times, say: time },
  { key: 'consumer_ms', index: 0, label: 'Destination: a chunk in', values: times, say: time },
  { key: 'consumer_ms', index: 1, label: 'Destination 2', values: times, say: time },
];

// How long a frame stays, in ms: a base, and more for virtual time that passes
// until the next.
const speeds = { slow: { base: 900, gap: 5 }, play: { base: 160, gap: 3 } };
const longestStay = 1500;

// What is shown.
let lesson, settings, run, heeded, ignored;
let at = 0; // index of the frame
let playing = ''; // the name of a speed, or empty
let timer;
let asked = 0; // number of the newest request
let predicted = -1; // index of the option that was chosen; -1 before that

function open(index) {
  lesson = lessons[index];
  settings = structuredClone(lesson.settings);
  predicted = -1;
  [...$('lessons').querySelectorAll('button')].forEach((b, i) => (i === index ? b.setAttribute('aria-current', 'step') : b.removeAttribute('aria-current')));
  $('title').textContent = lesson.title;
  $('text').replaceChildren(...(lesson.text ?? []).map((part) => (Array.isArray(part) ? list(part) : paragraph(part))));
  showQuestion();
  return load(0);
}

// load asks for the run of the settings, and shows it from a frame on. Both
// runs are asked for, since the chart compares them.
async function load(frame) {
  stop();
  const mine = ++asked;
  try {
    const both = await Promise.all([fetchRun({ ...settings, heed: 'yes' }), fetchRun({ ...settings, heed: 'no' })]);
    if (mine !== asked) return; // a newer one is under way
    [heeded, ignored] = both;
  } catch (problem) {
    const gone = problem instanceof TypeError; // fetch has got no answer
    if (mine === asked) complain(gone ? 'The program that serves this page has ended.' : problem.message);
    return;
  }
  complain('');
  run = settings.heed === 'no' ? ignored : heeded;
  setUp(run, hidden());
  drawChart(heeded, ignored);
  $('program').replaceChildren(...run.program.map((line) => {
    const span = document.createElement('span');
    span.textContent = line.text;
    span.dataset.lines = line.on ?? '';
    return span;
  }));
  $('log').replaceChildren(...run.events.map((event) => {
    const item = document.createElement('li');
    item.textContent = JSON.stringify(event);
    return item;
  }));
  $('scenario').textContent = JSON.stringify(run.scenario);
  showSettings();
  show(frame);
}

// show shows a frame.
function show(index) {
  at = Math.max(0, Math.min(index, run.frames.length - 1));
  const frame = run.frames[at];
  draw(run, frame);
  markNow(frame.t);
  $('words').textContent = sentence(frame, run.settings);
  $('words').className = mood(frame.event);
  $('state').textContent = `At ${time(frame.t)}: pause ${frame.pauses}, drain ${frame.drains}, resume ${frame.resumes}; `
    + `${size(frame.rlength)} wait in the readable, ${frame.lengths.map(size).join(' and ')} in the queue; ${frame.taken.map(size).join(' and ')} taken.`;
  for (const span of $('program').children) {
    span.classList.toggle('lit', frame.event !== undefined && span.dataset.lines.split(' ').includes(frame.event.event));
  }
  showLog(frame);
  for (const section of document.querySelectorAll('.answer')) section.hidden = hidden();
  const over = at === run.frames.length - 1;
  $('back').disabled = at === 0;
  for (const id of ['step', 'slow', 'play', 'finish']) $(id).disabled = over || hidden();
  $('stall').disabled = over || hidden();
  if (over) showVerdict();
}

// showLog marks the event of a frame, and scrolls within the list alone.
function showLog(frame) {
  const list = $('log');
  list.querySelector('[aria-current]')?.removeAttribute('aria-current');
  const item = frame.event && list.children[frame.event.n];
  if (!item) return;
  item.setAttribute('aria-current', 'true');
  list.scrollTop = item.offsetTop - list.offsetTop - list.clientHeight / 2;
}

// hidden reports whether the run waits for a prediction.
const hidden = () => lesson.ask !== undefined && predicted < 0;

function play(name) {
  const was = playing;
  stop();
  if (was === name || hidden()) return;
  playing = name;
  $(name).setAttribute('aria-pressed', 'true');
  $('words').setAttribute('aria-live', name === 'play' ? 'off' : 'polite'); // too fast to be read out
  advance();
}

// advance shows the next frame after its time, and so on.
function advance() {
  if (at >= run.frames.length - 1) return stop();
  const { base, gap } = speeds[playing];
  const passes = (run.frames[at + 1].t - run.frames[at].t) * gap;
  timer = setTimeout(() => { show(at + 1); advance(); }, Math.min(base + passes, longestStay));
}

function stop() {
  clearTimeout(timer);
  playing = '';
  for (const id of ['slow', 'play']) $(id).setAttribute('aria-pressed', 'false');
  $('words').setAttribute('aria-live', 'polite');
}

// go stops, and shows a frame.
function go(index) {
  if (!run || hidden() && index > 0) return;
  stop();
  show(index);
}

// stall makes the sink call that is under way take a second more. All that has
// happened up to now stays the same, so the picture goes on where it is.
async function stall() {
  const name = playing;
  settings.stall = [...(settings.stall ?? []), `${sinkCall(run, run.frames[at])}:1000`].slice(-8);
  await load(at);
  if (name) play(name);
}

function showQuestion() {
  $('question').hidden = lesson.ask === undefined;
  $('verdict').hidden = true;
  $('predict').disabled = true;
  $('ask').textContent = lesson.ask ?? '';
  $('options').replaceChildren(...(lesson.options ?? []).map((text, i) => {
    const label = document.createElement('label');
    const radio = Object.assign(document.createElement('input'), { type: 'radio', name: 'option', value: i });
    label.append(radio, ' ' + text);
    return label;
  }));
}

function predict(event) {
  event.preventDefault();
  predicted = Number(new FormData($('question')).get('option'));
  setUp(run, false);
  show(0);
  play('play');
  $('play').focus();
}

// showVerdict says whether the prediction was right, by the run.
function showVerdict() {
  if (hidden() || lesson.ask === undefined || !sameSettings()) return;
  const answer = lesson.answer(run, heeded);
  $('verdict').classList.toggle('wrong', answer !== predicted);
  $('verdict').replaceChildren(
    paragraph(answer === predicted ? 'As you said.' : `You said: ${lesson.options[predicted]}. The run says: ${lesson.options[answer]}.`),
    paragraph(lesson.why));
  $('verdict').hidden = false;
}

// sameSettings reports whether the settings are those of the lesson.
const sameSettings = () => JSON.stringify(settings) === JSON.stringify(lesson.settings);

function makeSliders() {
  sliders.forEach((s, i) => {
    const row = document.createElement('div');
    row.className = 'slider';
    const label = Object.assign(document.createElement('label'), { htmlFor: `slider${i}`, textContent: s.label });
    s.input = Object.assign(document.createElement('input'), { type: 'range', id: `slider${i}`, min: 0, max: s.values.length - 1, step: 1 });
    s.output = Object.assign(document.createElement('output'), { htmlFor: `slider${i}` });
    s.row = row;
    s.input.addEventListener('input', () => {
      const value = s.values[s.input.value];
      if (s.index === undefined) settings[s.key] = value;
      else settings[s.key][s.index] = value;
      delete settings.stall;
      sayValue(s);
      load(0);
    });
    row.append(label, s.input, s.output);
    $('sliders').append(row);
  });
}

// sayValue says where a slider is, also to a screen reader.
function sayValue(slider) {
  const text = slider.say(slider.values[slider.input.value]);
  slider.output.textContent = text;
  slider.input.setAttribute('aria-valuetext', text);
}

function showSettings() {
  for (const s of sliders) {
    const value = s.index === undefined ? settings[s.key] : settings[s.key][s.index];
    s.row.hidden = value === undefined;
    if (value === undefined) continue;
    s.input.value = s.values.indexOf(value);
    sayValue(s);
  }
  $('heed').checked = settings.heed !== 'no';
  $('stall').textContent = `Stall ${settings.consumer_ms.length > 1 ? 'destination 1' : 'the destination'} for 1 s now`;
}

function complain(problem) {
  $('problem').hidden = problem === '';
  $('problem').textContent = problem;
}

const paragraph = (text) => Object.assign(document.createElement('p'), { textContent: text });

function list(items) {
  const ul = document.createElement('ul');
  ul.append(...items.map((text) => Object.assign(document.createElement('li'), { textContent: text })));
  return ul;
}

// onKey lets the arrow keys and the space bar move the run, unless they move
// something else.
function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input, summary, pre, #log')) return;
  const onButton = event.target.closest('button') !== null;
  const moves = { ArrowRight: () => go(at + 1), ArrowLeft: () => go(at - 1), Home: () => go(0), End: () => go(run.frames.length - 1) };
  if (!onButton) moves[' '] = () => play('play'); // a button is pressed by it
  if (!run || !moves[event.key]) return;
  event.preventDefault();
  moves[event.key]();
}

function start() {
  lessons.forEach((one, i) => {
    const button = Object.assign(document.createElement('button'), { textContent: one.name });
    button.addEventListener('click', () => open(i));
    const item = document.createElement('li');
    item.append(button);
    $('lessons').append(item);
  });
  makeSliders();
  $('step').addEventListener('click', () => go(at + 1));
  $('back').addEventListener('click', () => go(at - 1));
  $('slow').addEventListener('click', () => play('slow'));
  $('play').addEventListener('click', () => play('play'));
  $('finish').addEventListener('click', () => go(run.frames.length - 1));
  $('again').addEventListener('click', () => go(0));
  $('stall').addEventListener('click', stall);
  $('heed').addEventListener('change', () => {
    settings.heed = $('heed').checked ? 'yes' : 'no';
    load(0);
  });
  $('options').addEventListener('change', () => { $('predict').disabled = false; });
  $('question').addEventListener('submit', predict);
  $('log').addEventListener('click', (event) => {
    const n = [...$('log').children].indexOf(event.target.closest('li'));
    if (n >= 0) go(run.frames.findIndex((f) => f.event?.n === n));
  });
  document.addEventListener('keydown', onKey);
  open(0);
}

start();
