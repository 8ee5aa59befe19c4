// What is said: sizes, and every event as a sentence.

// size says a number of bytes.
export function size(bytes) {
  if (bytes >= 1 << 20) return trim(bytes / (1 << 20)) + ' MiB';
  if (bytes >= 1 << 10) return trim(bytes / (1 << 10)) + ' KiB';
  return bytes + ' B';
}

// time says a number of milliseconds.
export const time = (ms) => (ms >= 1000 ? trim(ms / 1000) + ' s' : ms + ' ms');

const trim = (n) => String(Math.round(n * 100) / 100);

// sentence says a frame, for a run with these settings.
export function sentence(frame, settings) {
  if (frame.event) return ofEvent[frame.event.event](frame.event, settings) + (frame.stillHeld ? ' The source still waits for the other one.' : '');
  if (frame.arrived > 0 && frame.took > 0) return arrived(frame) + ' ' + took(frame);
  if (frame.arrived > 0) return arrived(frame);
  if (frame.took > 0) return took(frame);
  return 'Nothing has happened yet.';
}

const arrived = (f) => `The readable reads ahead: ${size(f.arrived)} more wait in it, though it hands out none.`;
const took = (f) => `The destination has taken ${size(f.took)}. ${size(f.lengths.reduce((a, b) => a + b))} are left in the queue.`;

// queue names a destination's queue.
const queue = (e, s) => (s.consumer_ms.length > 1 ? `the queue of destination ${e.dst + 1}` : 'the queue');

const ofEvent = {
  pipe: () => 'src.pipe(dst) sets up the callbacks, once. From now on events call them.',
  unpipe: () => 'unpipe: the callbacks are taken off again.',
  data: (e) => `data: the readable hands out a chunk of ${size(e.bytes)}` + (e.rlength > 0 ? `, and ${size(e.rlength)} wait in it.` : '.'),
  write: (e, s) => {
    const at = `${size(e.length)} in ${queue(e, s)}, and the mark is ${size(s.mark)}`;
    if (e.ret && e.length >= s.mark) return `write() returns true: ${at}.`;
    if (e.ret) return `write() takes the chunk and returns true: ${at}. Go on.`;
    const verb = e.length > s.mark ? 'has passed' : 'has reached';
    return `write() takes the chunk and returns false: what waits ${verb} the mark (${at}).`
      + (s.heed === 'no' ? ' Nobody listens.' : '');
  },
  pause: (e) => ({
    backpressure: 'pause(): the readable hands out nothing more. The source waits: this is backpressure.',
    user: 'pause(): the program itself stops the readable. No mark has anything to do with it.',
    unpipe: 'pause: its last destination is gone, so the readable stops.',
  }[e.cause] ?? 'pause().'),
  resume: (e) => ({
    initial: 'resume: the data begins to flow.',
    drain: 'resume(): the data flows again.',
    user: 'resume(): the timer is over, and the data flows again.',
  }[e.cause] ?? 'resume().'),
  drain: (e, s) => `drain: ${queue(e, s)} is empty.`,
  end: () => 'end: the source has no more data, so pipe() ends the destination: dst.end().',
  finish: () => 'finish: everything has been taken.',
  close: (e) => `close: the ${e.who === 'src' ? 'readable' : 'writable'} is done with.`,
  error: (e) => `error: ${e.code}.`,
  callback: () => 'The pipeline is over.',
};

// mood is what an event does: hold, go, drain, or nothing of these.
export function mood(event) {
  if (!event) return '';
  if (event.event === 'pause' || event.event === 'write' && !event.ret) return 'hold';
  if (event.event === 'drain' || event.event === 'resume') return 'drain';
  return event.event === 'write' ? 'go' : '';
}
