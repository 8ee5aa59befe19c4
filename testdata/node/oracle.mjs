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
//   source            {mode, latency_ms, eof, eof_at_ms}
//     mode "async"    (default) _read() books the next chunk for
//                     max(now+latency_ms, at_ms) and pushes it from there
//                     (fs.ReadStream, net.Socket: one push per _read)
//     mode "sync"     _read() pushes inside itself if at_ms <= now,
//                     else books it for at_ms
//     mode "push"     chunks are pushed at at_ms whether asked for or not
//     eof "separate"  (default) EOF takes a _read() of its own
//     eof "with_last" push(null) follows the last chunk in the same event
//   readableHighWaterMark, highWaterMark, writev   stream options; both marks are
//                     16384 by default, whatever the default of this Node is
//   sink              list of steps, cycled, one per _write/_writev call:
//                     {latency_ms:L}  callback at now+L, always asynchronous
//                     {sync:true}     callback inside _write
//                     {tick:true}     callback on process.nextTick
//                     {bytes_per_ms:R} adds ceil(bytes/R) to latency_ms
//                     {error:"CODE"}  the callback gets an error
//                     {never:true}    the callback is never called
//   construct_ms      the destination opens that late (fs.WriteStream opening
//                     its file); writes before that are buffered
//   sink_overrides    {"<call index>": step}  replaces that call's step
//   dests             [{highWaterMark, writev, sink, sink_overrides, construct_ms}, ...]
//                     several destinations; unset fields come from the top
//   via               "pipe" (default) | "pipeline"
//   end               pipe()'s end option (default true)
//   prefill           [bytes, ...] written to dest 0 before pipe()
//   pause_after_data_ms  after every chunk has gone to the destinations, pause() the
//                     source, and resume() it that many ms later
//   ignoreBackpressure  the source's pipes never hear that write() returned false, as in
//                     programs that do not look
//   actions           [{at_ms, do, dest?, bytes?, error?}] where do is one of
//                     pause resume unpipe unpipe_all repipe destroy_src
//                     destroy_dest end_dest write_dest cork uncork read
//                     abort: the signal of a pipeline
import { Readable, Writable } from 'node:stream';
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
  const peak = { w: [], r: 0, total: 0 };
  function log(event, fields) {
    seen.set(event, (seen.get(event) ?? 0) + 1);
    sample();
    if (onlySummary || (onlyPublic && !PUBLIC.has(event))) return;
    const rec = { t: clock.now, n: n++, event, ...fields };
    if (!PUBLIC.has(event)) rec.impl = true;
    out.push(JSON.stringify(rec));
  }
  function sample() {
    if (!src) return;
    let total = src.readableLength;
    peak.r = Math.max(peak.r, src.readableLength);
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

  const rhwm = sc.readableHighWaterMark ?? 16384;
  const list = chunkList(sc.chunks, rhwm);
  const S = { mode: 'async', latency_ms: 0, eof: 'separate', eof_at_ms: 0, ...sc.source };
  let next = 0;                             // next chunk to push
  let eof = false;
  let pushFalse = 0;
  let reads = 0;
  let src = null;
  const dests = [];

  function push(buf) {
    const ret = src.push(buf);
    if (!ret && buf) pushFalse++;
    log('push', { bytes: buf ? buf.length : 0, eof: buf === null || undefined, ret, rlength: src.readableLength });
    return ret;
  }
  function pushNext() {
    if (src.destroyed || eof) return;
    if (next < list.length) {
      push(Buffer.alloc(list[next++].size, 0x61));
      if (S.eof === 'with_last' && next === list.length) { eof = true; push(null); }
    } else {
      eof = true;
      push(null);
    }
  }
  src = new Readable({
    highWaterMark: rhwm,
    read() {
      reads++;
      if (S.mode === 'push' || eof) return;
      const ready = next < list.length ? list[next].at : S.eof_at_ms;
      log('read', { rlength: src.readableLength });
      if (S.mode === 'sync' && ready <= clock.now) pushNext();
      else at(Math.max(clock.now + (S.mode === 'async' ? S.latency_ms : 0), ready), pushNext);
    },
  });

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
      const done = () => {
        if (!step.error) { st.bytes += bytes; st.done++; }
        log('sink_done', { dst: i, bytes, error: step.error });
        cb(step.error ? Object.assign(new Error(step.error), { code: step.error }) : null);
      };
      if (step.sync) done();
      else if (step.tick) process.nextTick(done);
      else if (step.never) { /* this write never completes */ }
      else at(clock.now + (step.latency_ms ?? 0) +
        (step.bytes_per_ms ? Math.ceil(bytes / step.bytes_per_ms) : 0), done);
    }
    const opts = {
      highWaterMark: spec.highWaterMark ?? sc.highWaterMark ?? 16384,
      write(chunk, enc, cb) { sink(chunk.length, 1, cb); },
    };
    if (spec.writev ?? sc.writev) {
      opts.writev = (chunks, cb) => {
        st.writev_calls++;
        sink(chunks.reduce((a, c) => a + c.chunk.length, 0), chunks.length, cb);
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
  const cause = { pause: null, resume: null, ctx: [] };
  const within = (name, fn) => { cause.ctx.push(name); try { return fn(); } finally { cause.ctx.pop(); } };
  const ctx = () => cause.ctx[cause.ctx.length - 1];
  const tally = { pause: {}, resume: {} };
  const add = (o, k) => { o[k] = (o[k] ?? 0) + 1; };
  let dataEvents = 0, bytesRead = 0;
  let nextResumeCause = null;

  {
    const { emit, resume, unpipe, pipe } = src;
    src.resume = function() {
      // resume() schedules one 'resume' per tick; the first caller is the cause
      if (this.readableFlowing !== true && nextResumeCause === null) {
        const c = ctx() ?? 'other';
        nextResumeCause = c === 'pipe' ? 'initial' : c;
      }
      return resume.call(this);
    };
    src.unpipe = function(...a) { return within(ctx() === 'user' ? 'user' : 'unpipe', () => unpipe.apply(this, a)); };
    src.pipe = function(...a) { return within('pipe', () => pipe.apply(this, a)); };
    src.emit = function(ev, ...a) {
      const base = { rlength: this.readableLength };
      switch (ev) {
        case 'data':
          dataEvents++; bytesRead += a[0].length;
          log('data', { bytes: a[0].length, ...base });
          {
            const had = within('backpressure', () => emit.call(this, ev, ...a));
            if (sc.pause_after_data_ms !== undefined) {
              within('user', () => this.pause());
              at(clock.now + sc.pause_after_data_ms, () => within('user', () => { log('action', { do: 'resume' }); this.resume(); }));
            }
            return had;
          }
        case 'pause': {
          const c = ctx() === 'pipe' ? 'pipe_needdrain' : ctx() ?? 'other';
          add(tally.pause, c);
          log('pause', { cause: c, ...base });
          break;
        }
        case 'resume': {
          const c = nextResumeCause ?? 'other';
          nextResumeCause = null;
          add(tally.resume, c);
          log('resume', { cause: c, ...base });
          break;
        }
        case 'end': case 'close': log(ev, { who: 'src', ...base }); break;
        case 'error': log(ev, { who: 'src', code: a[0]?.code ?? a[0]?.message }); break;
        default: break;
      }
      return emit.call(this, ev, ...a);
    };
    src.on('error', () => {});
  }
  const wstat = dests.map(() => ({ writes: 0, writes_false: 0, drains: 0, bytes: 0 }));
  dests.forEach((d, i) => {
    const { emit, write } = d;
    d.write = function(chunk, ...rest) {
      const ret = write.call(this, chunk, ...rest);
      wstat[i].writes++;
      wstat[i].bytes += chunk.length;
      if (!ret) wstat[i].writes_false++;
      log('write', { dst: i, bytes: chunk.length, ret, length: this.writableLength, needDrain: this.writableNeedDrain });
      return sc.ignoreBackpressure ? true : ret;
    };
    d.emit = function(ev, ...a) {
      const base = { dst: i, length: this.writableLength };
      switch (ev) {
        case 'drain':
          wstat[i].drains++;
          log('drain', base);
          return within('drain', () => emit.call(this, ev, ...a));
        case 'pipe': case 'unpipe': case 'finish': log(ev, base); break;
        case 'close': log(ev, { who: 'dst', ...base }); break;
        case 'error': log(ev, { who: 'dst', dst: i, code: a[0]?.code ?? a[0]?.message }); break;
        default: break;
      }
      return emit.call(this, ev, ...a);
    };
    d.on('error', () => {});
  });
  process.removeAllListeners('uncaughtException')
    .on('uncaughtException', (e) => log('uncaught', { code: e.code ?? e.message }));

  // ------------------------------------------------------------------ go
  // Source events booked first, so at equal times the source goes before
  // the sink callbacks booked later (lower insertion order).
  if (S.mode === 'push') {
    const seenT = [];
    list.forEach((c) => seenT.push(c.at));
    list.forEach((c) => at(c.at, pushNext));
    if (S.eof !== 'with_last') at(Math.max(S.eof_at_ms, ...seenT, 0), pushNext);
    else if (!list.length) at(0, pushNext);
  }
  const controller = new AbortController();
  for (const a of sc.actions ?? []) {
    at(a.at_ms, () => within('user', () => {
      const d = dests[a.dest ?? 0];
      const err = a.error ? Object.assign(new Error(a.error), { code: a.error }) : undefined;
      log('action', { do: a.do, dst: a.dest });
      switch (a.do) {
        case 'pause': src.pause(); break;
        case 'resume': src.resume(); break;
        case 'read': src.read(); break;
        case 'unpipe': src.unpipe(d); break;
        case 'unpipe_all': src.unpipe(); break;
        case 'repipe': src.pipe(d, { end: sc.end !== false }); break;
        case 'destroy_src': src.destroy(err); break;
        case 'destroy_dest': d.destroy(err); break;
        case 'end_dest': d.end(); break;
        case 'write_dest': d.write(Buffer.alloc(a.bytes ?? 0)); break;
        case 'cork': d.cork(); break;
        case 'uncork': d.uncork(); break;
        case 'abort': controller.abort(); break;
        default: throw new Error(`unknown action ${a.do}`);
      }
    }));
  }
  for (const b of sc.prefill ?? []) dests[0].write(Buffer.alloc(b));
  if (sc.via === 'pipeline') {
    pipelineImpl([src, ...dests], (err) => log('callback', { code: err ? err.code ?? err.message : null }),
      { signal: controller.signal });
  } else {
    for (const d of dests) {
      if (listener && sc.ignoreBackpressure) {
        within('pipe', () => src.on('data', (chunk) => d.write(chunk)));
        if (sc.end !== false) src.on('end', () => d.end());
      } else src.pipe(d, { end: sc.end !== false });
    }
  }
  await run();

  const sum = (k, arr) => arr.reduce((a, x) => a + x[k], 0);
  const total = (o) => Object.values(o).reduce((a, b) => a + b, 0);
  const summary = {
    summary: true,
    name: sc.name,
    pause_events: total(tally.pause),
    pause_by_cause: tally.pause,
    resume_events: total(tally.resume),
    resume_by_cause: tally.resume,
    drains: sum('drains', wstat),
    data_events: dataEvents,
    writes: sum('writes', wstat),
    writes_false: sum('writes_false', wstat),
    sink_calls: sum('calls', sinkStats),
    writev_calls: sum('writev_calls', sinkStats),
    bytes_read: bytesRead,
    bytes_sunk: sum('bytes', sinkStats),
    peak_writable_length: peak.w.length > 1 ? peak.w : peak.w[0] ?? 0,
    peak_readable_length: peak.r,
    peak_total_length: peak.total,
    push_false: pushFalse,
    reads,
    per_dest: dests.length > 1 ? wstat.map((w, i) => ({ ...w, sink_calls: sinkStats[i].calls })) : undefined,
    ended: src.readableEnded,
    finished: dests.map((d) => d.writableFinished),
    destroyed: { src: src.destroyed, dst: dests.map((d) => d.destroyed) },
    stuck: !src.destroyed || dests.some((d) => !d.destroyed) || undefined,
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
