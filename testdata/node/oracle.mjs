#!/usr/bin/env node
// oracle.mjs - drive a REAL stream.Readable piped into REAL stream.Writable(s)
// under VIRTUAL time and print a JSONL trace of what happened.
//
//   node oracle.mjs scenario.json            trace + summary on stdout
//   node oracle.mjs < scenario.json
//   node oracle.mjs --public scenario.json   only events a listener can see
//   node oracle.mjs --summary scenario.json  only the last line
//   node oracle.mjs --listener scenario.json
//                                            a 'data' listener in place of a pipe that
//                                            ignores backpressure; for sinks that do not fail
//   node oracle.mjs --batch < many.jsonl     one scenario a line, one trace each:
//                                            its summary is its last line
//
// It starts itself again with --expose-internals: of pipeline() with a signal, which
// abort needs, the public form is a promise, and that tells of the end too late.
//
// Nothing here sleeps. The scheduler holds a heap of (virtual ms, insertion
// order); it runs one entry as its own macrotask, then lets nextTicks,
// microtasks and immediates settle, then takes the next entry. So the
// trace depends only on the scenario and on Node's stream code.
//
// Scenario fields (all optional unless marked):
//   node              "20", "22", "24" or "26": whose rules bpcopy follows; nothing here
//   chunks            REQUIRED. [{size, at_ms?}, ...]
//                     | {count, size, start_ms?, every_ms?}
//                     | {total}    file-like: pieces of readableHighWaterMark
//   source            {mode, latency_ms, eof, eof_at_ms, per_read}
//     mode "async"    (default) _read() books the next chunk for
//                     max(now+latency_ms, at_ms) and pushes it from there
//                     (fs.ReadStream, net.Socket: one push per _read)
//     mode "sync"     _read() pushes inside itself if at_ms <= now,
//                     else books it for at_ms
//     mode "push"     chunks are pushed at at_ms whether asked for or not
//     per_read N      that many chunks at once, whatever their at_ms; 1 by default
//     eof "separate"  (default) EOF takes a _read() of its own
//     eof "with_last" push(null) follows the last chunk in the same event
//   readableHighWaterMark, highWaterMark, writev   stream options; both marks are
//                     16384 by default, whatever the default of this Node is
//   readableObjectMode, objectMode   of the source and of the destination: chunks are
//                     counted, and 16 is the default mark
//   more_sources      [{chunks, source, readableHighWaterMark, readableObjectMode}, ...]
//                     each goes by pipe() where the first one goes. Events of such a
//                     source have "src", from 1
//   stages            [{highWaterMark, readableHighWaterMark, objectMode,
//                     readableObjectMode, steps, flush}, ...]: a Transform each, between
//                     the source and the destinations. Events have "stage", from 0
//     steps           list, cycled, one per _transform call: as those of a sink, and
//                     {out:[bytes, ...]} what it pushes when it is done; without out it
//                     is the chunk as it came
//     flush           the step of _flush, which pushes nothing without out
//   sink              list of steps, cycled, one per _write/_writev call:
//                     {latency_ms:L}  callback at now+L, always asynchronous
//                     {sync:true}     callback inside _write
//                     {tick:true}     callback on process.nextTick
//                     {bytes_per_ms:R} adds ceil(bytes/R) to latency_ms
//                     {error:"CODE"}  the callback gets an error
//                     {never:true}    the callback is never called
//                     {do:[action, ...]} actions without at_ms, inside _write; not while
//                     prefill is written, and no read of a stage
//   final             the step of _final
//   construct_ms      the destination opens that late (fs.WriteStream opening
//                     its file); writes before that are buffered
//   sink_overrides    {"<call index>": step}  replaces that call's step
//   dests             [{highWaterMark, objectMode, writev, sink, sink_overrides, final,
//                     construct_ms}, ...]
//                     several destinations; unset fields come from the top
//   via               "pipe" (default) | "pipeline"
//   end               pipe()'s end option (default true), of the pipes into destinations
//   prefill           [bytes, ...] written to dest 0 before pipe()
//   pause_after_data_ms  after every chunk has gone to the destinations, pause() the
//                     source, and resume() it that many ms later
//   ignoreBackpressure  the pipes into destinations never hear that write() returned
//                     false, as in programs that do not look
//   writers           [{dest, at_ms, count, size, wait, end}, ...]: a program that writes
//                     by hand: until false, then on from the next drain. With wait:false
//                     it does not look. Then end(), if end is true
//   actions           [{at_ms, do, dest?, src?, stage?, bytes?, error?}] where do is one of
//                     pause resume unpipe unpipe_all repipe destroy_src
//                     destroy_dest end_dest write_dest cork uncork read push
//                     abort: the signal of a pipeline
//                     stage: what is done to the source or a destination is done to
//                     that stage; unpipe and repipe are for the pipe that leads to it
import { Readable, Transform, Writable } from 'node:stream';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const args = process.argv.slice(2);
if (!process.execArgv.includes('--expose-internals')) {
  process.exit(spawnSync(process.execPath, ['--expose-internals', ...process.argv.slice(1)], { stdio: 'inherit' }).status);
}
const { pipelineImpl } = createRequire(import.meta.url)('internal/streams/pipeline');
const flag = (name) => {
  const i = args.indexOf(name);
  if (i < 0) return false;
  args.splice(i, 1);
  return true;
};
const onlyPublic = flag('--public');
const onlySummary = flag('--summary');
const batch = flag('--batch');
const listener = flag('--listener');

// simulate runs one scenario and returns the lines that it prints.
async function simulate(sc) {
  // ---------------------------------------------------------------- clock
  const clock = { now: 0, seq: 0, queue: [], fired: 0 };
  function at(t, fn) {
    const e = { t: Math.max(t, clock.now), seq: clock.seq++, fn };
    let i = clock.queue.length;
    clock.queue.push(e);
    while (i > 0) {                        // heap, ordered by (t, seq)
      const p = (i - 1) >> 1;
      if (!before(e, clock.queue[p])) break;
      clock.queue[i] = clock.queue[p];
      i = p;
    }
    clock.queue[i] = e;
  }
  const before = (a, b) => a.t < b.t || (a.t === b.t && a.seq < b.seq);
  function pop() {
    const q = clock.queue;
    if (!q.length) return undefined;
    const top = q[0];
    const last = q.pop();
    if (q.length) {
      let i = 0;
      for (;;) {
        let c = 2 * i + 1;
        if (c >= q.length) break;
        if (c + 1 < q.length && before(q[c + 1], q[c])) c++;
        if (!before(q[c], last)) break;
        q[i] = q[c];
        i = c;
      }
      q[i] = last;
    }
    return top;
  }
  const immediate = () => new Promise((r) => setImmediate(r));
  async function quiet() { await immediate(); await immediate(); }
  async function run() {
    await quiet();
    for (let e; (e = pop());) {
      if (++clock.fired > 5_000_000) throw new Error('runaway scenario');
      clock.now = e.t;
      e.fn();
      await quiet();
    }
  }

  // ---------------------------------------------------------------- trace
  const out = [];
  let n = 0;
  const PUBLIC = new Set(['data', 'write', 'pause', 'resume', 'drain', 'pipe',
    'unpipe', 'end', 'finish', 'close', 'error', 'callback', 'uncaught']);
  const seen = new Map();                  // event name -> count
  const peak = { w: [], total: 0 };
  function log(event, fields) {
    seen.set(event, (seen.get(event) ?? 0) + 1);
    sample();
    if (onlySummary || (onlyPublic && !PUBLIC.has(event))) return;
    const rec = { t: clock.now, n: n++, event, ...fields };
    if (!PUBLIC.has(event)) rec.impl = true;
    out.push(JSON.stringify(rec));
  }
  function sample() {
    let total = 0;
    for (const S of sources) {
      total += S.stream.readableLength;
      S.peak = Math.max(S.peak, S.stream.readableLength);
    }
    for (const S of stages) {
      total += S.stream.readableLength + S.stream.writableLength;
      S.peakR = Math.max(S.peakR, S.stream.readableLength);
      S.peakW = Math.max(S.peakW, S.stream.writableLength);
    }
    dests.forEach((d, i) => {
      peak.w[i] = Math.max(peak.w[i] ?? 0, d.writableLength);
      total += d.writableLength;
    });
    peak.total = Math.max(peak.total, total);
  }

  // --------------------------------------------------------------- source
  function chunkList(c, rhwm) {
    if (Array.isArray(c)) return c.map((x) => ({ size: x.size, at: x.at_ms ?? 0 }));
    if (c.total !== undefined) {
      const list = [];
      for (let left = c.total; left > 0; left -= rhwm) list.push({ size: Math.min(left, rhwm), at: 0 });
      return list;
    }
    return Array.from({ length: c.count }, (_, i) =>
      ({ size: c.size, at: (c.start_ms ?? 0) + i * (c.every_ms ?? 0) }));
  }

  const sources = [];
  const stages = [];
  const dests = [];
  const defaultMark = (objects) => objects ? 16 : 16384;
  const fault = (code) => code ? Object.assign(new Error(code), { code }) : undefined;
  const buffer = (size) => Buffer.alloc(size, 0x61);

  // inside does the actions of a step, once the streams are joined.
  let joined = false;
  const inside = (step) => { if (joined) for (const a of step.do ?? []) within('user', () => act(a)); };

  // when calls done as the step says.
  function when(step, bytes, done) {
    if (step.sync) done();
    else if (step.tick) process.nextTick(done);
    else if (step.never) { /* it never completes */ }
    else at(clock.now + (step.latency_ms ?? 0) +
      (step.bytes_per_ms ? Math.ceil(bytes / step.bytes_per_ms) : 0), done);
  }

  function makeSource(spec, index) {
    const rhwm = spec.readableHighWaterMark ?? defaultMark(spec.readableObjectMode);
    const list = chunkList(spec.chunks, rhwm);
    const mode = { mode: 'async', latency_ms: 0, eof: 'separate', eof_at_ms: 0, per_read: 1, ...spec.source };
    const S = { list, mode, id: index ? { src: index } : {}, peak: 0, pushFalse: 0, reads: 0, eof: false };
    let next = 0;                           // next chunk to push
    S.push = (buf) => {
      const ret = S.stream.push(buf);
      if (!ret && buf) S.pushFalse++;
      log('push', { ...S.id, bytes: buf ? buf.length : 0, eof: buf === null || undefined, ret, rlength: S.stream.readableLength });
    };
    S.pushNext = () => {
      if (S.stream.destroyed || S.eof) return;
      if (next < list.length) {
        const size = list[next++].size;
        S.push(buffer(size));
        if (mode.eof === 'with_last' && next === list.length) { S.eof = true; S.push(null); }
      } else {
        S.eof = true;
        S.push(null);
      }
    };
    const pushSeveral = () => { for (let i = 0; i < mode.per_read; i++) S.pushNext(); };
    S.stream = new Readable({
      highWaterMark: rhwm,
      objectMode: !!spec.readableObjectMode,
      read() {
        S.reads++;
        if (mode.mode === 'push' || S.eof) return;
        const ready = next < list.length ? list[next].at : mode.eof_at_ms;
        log('read', { ...S.id, rlength: S.stream.readableLength });
        if (mode.mode === 'sync' && ready <= clock.now) pushSeveral();
        else at(Math.max(clock.now + (mode.mode === 'async' ? mode.latency_ms : 0), ready), pushSeveral);
      },
    });
    return S;
  }
  [sc, ...sc.more_sources ?? []].forEach((spec, i) => sources.push(makeSource(spec, i)));
  const src = sources[0].stream;

  function makeStage(spec, index) {
    const steps = spec.steps ?? [{ sync: true }];
    const S = { id: { stage: index }, peakR: 0, peakW: 0, calls: 0, bytesIn: 0, bytesOut: 0 };
    const answer = (step, bytes, out, cb) => {
      inside(step);
      when(step, bytes, () => {
        for (const size of step.out ?? out) {
          S.bytesOut += size;
          const ret = S.stream.push(buffer(size));
          log('push', { ...S.id, bytes: size, ret, rlength: S.stream.readableLength });
        }
        cb(fault(step.error));
      });
    };
    const opts = {
      writableHighWaterMark: spec.highWaterMark ?? defaultMark(spec.objectMode),
      readableHighWaterMark: spec.readableHighWaterMark ?? defaultMark(spec.readableObjectMode),
      writableObjectMode: !!spec.objectMode,
      readableObjectMode: !!spec.readableObjectMode,
      transform(chunk, enc, cb) {
        S.bytesIn += chunk.length;
        log('transform', { ...S.id, bytes: chunk.length });
        answer(steps[S.calls++ % steps.length], chunk.length, [chunk.length], cb);
      },
    };
    if (spec.flush) opts.flush = (cb) => { log('flush', S.id); answer(spec.flush, 0, [], cb); };
    S.stream = new Transform(opts);
    return S;
  }
  (sc.stages ?? []).forEach((spec, i) => stages.push(makeStage(spec, i)));

  // ---------------------------------------------------------------- sinks
  const sinkStats = [];
  function makeDest(spec, i) {
    const steps = spec.sink ?? sc.sink ?? [{ sync: true }];
    const over = spec.sink_overrides ?? sc.sink_overrides ?? {};
    const st = sinkStats[i] = { calls: 0, writev_calls: 0, chunks: 0, bytes: 0, done: 0 };
    function sink(bytes, count, cb) {
      const step = over[st.calls] ?? steps[st.calls % steps.length];
      st.calls++;
      st.chunks += count;
      log('sink', { dst: i, bytes, chunks: count, length: d.writableLength });
      inside(step);
      when(step, bytes, () => {
        if (!step.error) { st.bytes += bytes; st.done++; }
        log('sink_done', { dst: i, bytes, error: step.error });
        cb(fault(step.error));
      });
    }
    const objectMode = !!(spec.objectMode ?? sc.objectMode);
    const opts = {
      highWaterMark: spec.highWaterMark ?? sc.highWaterMark ?? defaultMark(objectMode),
      objectMode,
      write(chunk, enc, cb) { sink(chunk.length, 1, cb); },
    };
    if (spec.writev ?? sc.writev) {
      opts.writev = (chunks, cb) => {
        st.writev_calls++;
        sink(chunks.reduce((a, c) => a + c.chunk.length, 0), chunks.length, cb);
      };
    }
    const final = spec.final ?? sc.final;
    if (final) {
      opts.final = (cb) => {
        log('final', { dst: i });
        inside(final);
        when(final, 0, () => cb(fault(final.error)));
      };
    }
    const wait = spec.construct_ms ?? sc.construct_ms;
    if (wait !== undefined) opts.construct = (cb) => at(clock.now + wait, cb);
    const d = new Writable(opts);
    return d;
  }
  for (const [i, spec] of (sc.dests ?? [{}]).entries()) dests.push(makeDest(spec, i));

  // ---------------------------------------------------- observation (no listeners)
  // Own-property wrappers only: adding a 'data' listener would itself start
  // the flow and keep it alive after unpipe, so none is added.
  const cause = { ctx: [] };
  const within = (name, fn) => { cause.ctx.push(name); try { return fn(); } finally { cause.ctx.pop(); } };
  const ctx = () => cause.ctx[cause.ctx.length - 1];
  const add = (o, k) => { o[k] = (o[k] ?? 0) + 1; };

  // observeReadable wraps the reading side of S. The names of its events are ids.
  function observeReadable(S, own, whole) {
    const stream = S.stream;
    const { emit, resume, unpipe, pipe } = stream;
    S.tally = { pause: {}, resume: {} };
    S.dataEvents = S.bytesRead = 0;
    let nextResumeCause = null;
    stream.resume = function() {
      // resume() schedules one 'resume' per tick; the first caller is the cause
      if (this.readableFlowing !== true && nextResumeCause === null) {
        const c = ctx() ?? 'other';
        nextResumeCause = c === 'pipe' ? 'initial' : c;
      }
      return resume.call(this);
    };
    stream.unpipe = function(...a) { return within(ctx() === 'user' ? 'user' : 'unpipe', () => unpipe.apply(this, a)); };
    stream.pipe = function(...a) { return within('pipe', () => pipe.apply(this, a)); };
    stream.emit = function(ev, ...a) {
      const base = { rlength: this.readableLength };
      switch (ev) {
        case 'data':
          S.dataEvents++; S.bytesRead += a[0].length;
          log('data', { ...own, bytes: a[0].length, ...base });
          {
            const had = within('backpressure', () => emit.call(this, ev, ...a));
            if (S === sources[0] && sc.pause_after_data_ms !== undefined) {
              within('user', () => this.pause());
              at(clock.now + sc.pause_after_data_ms, () => within('user', () => { log('action', { do: 'resume' }); this.resume(); }));
            }
            return had;
          }
        case 'pause': {
          const c = ctx() === 'pipe' ? 'pipe_needdrain' : ctx() ?? 'other';
          add(S.tally.pause, c);
          log('pause', { ...own, cause: c, ...base });
          break;
        }
        case 'resume': {
          const c = nextResumeCause ?? 'other';
          nextResumeCause = null;
          add(S.tally.resume, c);
          log('resume', { ...own, cause: c, ...base });
          break;
        }
        case 'end': log(ev, { ...whole, ...base }); break;
        case 'close': case 'error':
          if (whole.who !== 'src') break;
          if (ev === 'close') log(ev, { ...whole, ...base });
          else log(ev, { ...whole, code: a[0]?.code ?? a[0]?.message });
          break;
        default: break;
      }
      return emit.call(this, ev, ...a);
    };
    stream.on('error', () => {});
  }

  // observeWritable does the same for the writing side of a destination or a stage.
  function observeWritable(stream, own, whole, stat) {
    const { emit, write } = stream;
    stream.write = function(chunk, ...rest) {
      const ret = write.call(this, chunk, ...rest);
      stat.writes++;
      stat.bytes += chunk.length;
      stat.ret = ret;
      if (!ret) stat.writes_false++;
      log('write', { ...own, bytes: chunk.length, ret, length: this.writableLength, needDrain: this.writableNeedDrain });
      return sc.ignoreBackpressure && whole.who === 'dst' ? true : ret;
    };
    stream.emit = function(ev, ...a) {
      const base = { ...own, length: this.writableLength };
      switch (ev) {
        case 'drain':
          stat.drains++;
          log('drain', base);
          return within('drain', () => emit.call(this, ev, ...a));
        case 'pipe': case 'unpipe': case 'finish': log(ev, base); break;
        case 'close':
          log(ev, { ...whole, length: this.writableLength, rlength: whole.who === 'stage' ? this.readableLength : undefined });
          break;
        case 'error': log(ev, { ...whole, code: a[0]?.code ?? a[0]?.message }); break;
        default: break;
      }
      return emit.call(this, ev, ...a);
    };
    stream.on('error', () => {});
  }

  const newStat = () => ({ writes: 0, writes_false: 0, drains: 0, bytes: 0 });
  sources.forEach((S) => observeReadable(S, S.id, { who: 'src', ...S.id }));
  stages.forEach((S) => {
    const whole = { who: 'stage', ...S.id };
    observeReadable(S, S.id, whole);
    observeWritable(S.stream, S.id, whole, S.stat = newStat());
  });
  const wstat = dests.map(newStat);
  dests.forEach((d, i) => observeWritable(d, { dst: i }, { who: 'dst', dst: i }, wstat[i]));
  process.removeAllListeners('uncaughtException')
    .on('uncaughtException', (e) => log('uncaught', { code: e.code ?? e.message }));

  // ------------------------------------------------------------------ go
  // Source events booked first, so at equal times the source goes before
  // the sink callbacks booked later (lower insertion order).
  for (const { list, mode, pushNext } of sources) {
    if (mode.mode !== 'push') continue;
    list.forEach((c) => at(c.at, pushNext));
    if (mode.eof !== 'with_last') at(Math.max(mode.eof_at_ms, ...list.map((c) => c.at), 0), pushNext);
    else if (!list.length) at(0, pushNext);
  }
  const controller = new AbortController();
  const tail = (a) => stages.length ? stages[stages.length - 1].stream : sources[a.src ?? 0].stream;
  function act(a) {
    const stage = a.stage === undefined ? undefined : stages[a.stage].stream;
    const r = stage ?? sources[a.src ?? 0].stream;
    const d = stage ?? dests[a.dest ?? 0];
    const before = stage === undefined ? tail(a) : a.stage ? stages[a.stage - 1].stream : sources[a.src ?? 0].stream;
    log('action', { do: a.do, dst: a.dest });
    switch (a.do) {
      case 'pause': r.pause(); break;
      case 'resume': r.resume(); break;
      case 'read': r.read(); break;
      case 'push': sources[a.src ?? 0].push(buffer(a.bytes ?? 0)); break;
      case 'unpipe': before.unpipe(d); break;
      case 'unpipe_all': r.unpipe(); break;
      case 'repipe': before.pipe(d, { end: !!stage || sc.end !== false }); break;
      case 'destroy_src': r.destroy(fault(a.error)); break;
      case 'destroy_dest': d.destroy(fault(a.error)); break;
      case 'end_dest': d.end(); break;
      case 'write_dest': d.write(buffer(a.bytes ?? 0)); break;
      case 'cork': d.cork(); break;
      case 'uncork': d.uncork(); break;
      case 'abort': controller.abort(); break;
      default: throw new Error(`unknown action ${a.do}`);
    }
  }
  for (const a of sc.actions ?? []) at(a.at_ms, () => within('user', () => act(a)));
  for (const w of sc.writers ?? []) {
    const d = dests[w.dest ?? 0];
    let left = w.count;
    const write = () => {
      while (left > 0) {
        left--;
        d.write(buffer(w.size));            // which ignoreBackpressure makes true
        if (!wstat[w.dest ?? 0].ret && w.wait !== false && left > 0) {
          d.once('drain', write);
          return;
        }
      }
      if (w.end) d.end();
    };
    at(w.at_ms ?? 0, write);
  }
  for (const b of sc.prefill ?? []) dests[0].write(Buffer.alloc(b));
  joined = true;
  if (sc.via === 'pipeline') {
    pipelineImpl([src, ...stages.map((S) => S.stream), ...dests],
      (err) => log('callback', { code: err ? err.code ?? err.message : null }), { signal: controller.signal });
  } else {
    let from = sources.map((S) => S.stream);
    for (const { stream } of stages) {
      from.forEach((r) => r.pipe(stream));
      from = [stream];
    }
    for (const r of from) {
      for (const d of dests) {
        if (listener && sc.ignoreBackpressure) {
          within('pipe', () => r.on('data', (chunk) => d.write(chunk)));
          if (sc.end !== false) r.on('end', () => d.end());
        } else r.pipe(d, { end: sc.end !== false });
      }
    }
  }
  await run();

  const sum = (k, arr) => arr.reduce((a, x) => a + x[k], 0);
  const total = (o) => Object.values(o).reduce((a, b) => a + b, 0);
  const first = sources[0];
  const streams = [...sources.map((S) => S.stream), ...stages.map((S) => S.stream), ...dests];
  const rowOf = (S) => ({ data_events: S.dataEvents, bytes_read: S.bytesRead,
    pause_events: total(S.tally.pause), resume_events: total(S.tally.resume) });
  const summary = {
    summary: true,
    name: sc.name,
    pause_events: total(first.tally.pause),
    pause_by_cause: first.tally.pause,
    resume_events: total(first.tally.resume),
    resume_by_cause: first.tally.resume,
    drains: sum('drains', wstat),
    data_events: first.dataEvents,
    writes: sum('writes', wstat),
    writes_false: sum('writes_false', wstat),
    sink_calls: sum('calls', sinkStats),
    writev_calls: sum('writev_calls', sinkStats),
    bytes_read: first.bytesRead,
    bytes_sunk: sum('bytes', sinkStats),
    peak_writable_length: peak.w.length > 1 ? peak.w : peak.w[0] ?? 0,
    peak_readable_length: first.peak,
    peak_total_length: peak.total,
    push_false: first.pushFalse,
    reads: first.reads,
    per_dest: dests.length > 1 ? wstat.map(({ ret, ...w }, i) => ({ ...w, sink_calls: sinkStats[i].calls })) : undefined,
    more_sources: sources.length > 1 ? sources.slice(1).map((S) => ({ ...rowOf(S), peak_readable_length: S.peak,
      push_false: S.pushFalse, reads: S.reads, ended: S.stream.readableEnded, destroyed: S.stream.destroyed })) : undefined,
    stages: stages.length ? stages.map((S) => ({ writes: S.stat.writes, writes_false: S.stat.writes_false, drains: S.stat.drains,
      transforms: S.calls, bytes_in: S.bytesIn, bytes_out: S.bytesOut, ...rowOf(S), peak_writable_length: S.peakW,
      peak_readable_length: S.peakR, finished: S.stream.writableFinished, ended: S.stream.readableEnded,
      destroyed: S.stream.destroyed })) : undefined,
    ended: src.readableEnded,
    finished: dests.map((d) => d.writableFinished),
    destroyed: { src: src.destroyed, dst: dests.map((d) => d.destroyed) },
    stuck: streams.some((s) => !s.destroyed) || undefined,
    virtual_ms: clock.now,
  };
  out.push(JSON.stringify(summary));
  return out.join('\n') + '\n';
}

if (batch) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(await simulate(JSON.parse(line)));
  }
} else {
  process.stdout.write(await simulate(JSON.parse(readFileSync(args[0] ?? 0, 'utf8'))));
}
