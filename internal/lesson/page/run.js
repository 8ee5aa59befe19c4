// A run, as it comes from the program, made into frames to be shown.

// fetchRun asks the program for the run of the settings. It throws what the
// program says against them.
export async function fetchRun(settings) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    for (const one of [value].flat()) query.append(name, one);
  }
  const answer = await fetch('run?' + query);
  if (!answer.ok) throw new Error((await answer.text()).trim());
  const run = await answer.json();
  return { ...run, settings, frames: framesOf(run) };
}

// framesOf returns one frame for each event, and one for each moment at which
// what is buffered has changed without an event. A frame has the state of all
// streams: it is put together from what the events and the moments say. Its
// settled is the index of the moment when all that follows at once has happened.
function framesOf(run) {
  const none = run.moments[0].lengths.map(() => 0);
  const frames = [{ t: 0, n: 0, settled: 0, rlength: 0, lengths: none, taken: none, flowing: false, pauses: 0, drains: 0, resumes: 0 }];
  let n = 0;
  for (const [settled, moment] of run.moments.entries()) {
    for (; n < moment.n; n++) frames.push({ ...afterEvent(frames.at(-1), run.events[n], run.events[n + 1], n + 1), settled });
    const last = frames.at(-1);
    const next = { ...last, settled, event: undefined, t: moment.t, rlength: moment.rlength, lengths: moment.lengths, taken: moment.taken };
    next.took = sum(next.taken) - sum(last.taken);
    next.arrived = next.rlength - last.rlength;
    if (next.took > 0 || next.arrived > 0) frames.push(next);
  }
  return frames;
}

// afterEvent returns the frame of an event, after the frame last. The event that
// follows it may be undefined.
function afterEvent(last, event, following, n) {
  const next = { ...last, event, n, t: event.t, took: 0, arrived: 0, lengths: [...last.lengths], taken: [...last.taken] };
  if (event.rlength !== undefined) next.rlength = event.rlength;
  if (event.length !== undefined) {
    const written = event.event === 'write' ? event.bytes : 0;
    next.taken[event.dst] += last.lengths[event.dst] + written - event.length;
    next.lengths[event.dst] = event.length;
  }
  if (event.event === 'pause' || event.event === 'resume') next.flowing = event.event === 'resume';
  if (event.event === 'end') next.flowing = false;
  next.pauses += event.event === 'pause' && event.cause === 'backpressure';
  next.resumes += event.event === 'resume' && event.cause === 'drain';
  next.drains += event.event === 'drain';
  // After a drain a source that is held either resumes or waits for another
  // destination.
  next.stillHeld = event.event === 'drain' && !last.flowing && following?.event !== 'resume';
  return next;
}

// memory is what waits in a frame, in bytes.
export const memory = (frame) => frame.rlength + sum(frame.lengths);

export const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

// sinkCall is the number of the sink call of the first destination that a stall
// in this frame makes longer: the one that is under way when everything that
// follows at once has happened, or the next. All chunks have the same size, so
// it is how many of them have been taken by then.
export const sinkCall = (run, frame) => run.moments[frame.settled].taken[0] / run.settings.chunk;
