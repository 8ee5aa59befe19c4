// The lessons and questions: their texts, and the settings that they start
// with. What is true of a question is found out from its run, not written here.

const KiB = 1024;

// The loop of the picture.
const loop = { chunk: 16 * KiB, count: 24, mark: 64 * KiB, read_ahead: 64 * KiB, source_ms: 10, consumer_ms: [40] };

// firstFalse is the number of the first write() that returned false, from 1; 0
// for none.
const firstFalse = (run) => 1 + run.events.filter((e) => e.event === 'write').findIndex((e) => !e.ret);

// nearest is the index of the number nearest to n.
const nearest = (n, numbers) => numbers.reduce((best, x, i) => (Math.abs(x - n) < Math.abs(numbers[best] - n) ? i : best), 0);

export const lessons = [
  {
    name: 'The loop',
    title: 'The loop',
    text: ['A chunk comes every 10 ms, and the destination needs 40 ms for each. Press Step, and follow the four things that carry it all:',
      ['write() returns true: go on. It returns false: what waits has reached the mark. The chunk is taken in both cases.',
        'pause() makes the readable hand out nothing more. It still reads ahead, up to a mark of its own.',
        'drain comes when the queue is empty.',
        'resume() lets the data flow again.']],
    settings: loop,
  },
  {
    name: 'Your own brake',
    title: 'pause(), a timer, resume()',
    text: ['The second example of the guide: after each chunk the program itself calls pause(), and a timer of a second calls resume().',
      'This is no backpressure. The destination is fast, write() returns true each time, and nothing drains. The program is its own brake, and it brakes as hard when nobody is in need of it.'],
    settings: { ...loop, count: 8, consumer_ms: [5], pause_ms: 1000 },
  },
  {
    name: 'Question 1',
    title: 'At the mark',
    ask: 'The mark is 64 KiB, a chunk has 16 KiB, and the destination has not taken any yet. Which write() is the first to return false?',
    options: ['The second: the destination is busy with the first', 'The fourth: it reaches the mark', 'The fifth: it exceeds the mark'],
    settings: { ...loop, count: 8, consumer_ms: [320] },
    answer: (run) => nearest(firstFalse(run), [2, 4, 5]),
    why: 'write() returns true while the length is less than the mark. At 64 of 64 KiB it is not.',
  },
  {
    name: 'Question 2',
    title: 'A chunk above the mark',
    ask: 'The mark is 64 KiB, and a chunk of 256 KiB comes. What becomes of it?',
    options: ['64 KiB of it are taken, and the rest later', 'All of it is taken, and write() returns false', 'It is refused: false means try again'],
    settings: { ...loop, chunk: 256 * KiB, count: 6, consumer_ms: [80] },
    answer: (run) => (run.summary.peak_writable_length <= run.settings.mark ? 0 : run.summary.bytes_sunk > 0 ? 1 : 2),
    why: 'The mark is advice and no limit. A chunk is taken whole, and false says: not one more, please. Who sends it again after false sends it twice.',
  },
  {
    name: 'Question 3',
    title: 'Two destinations',
    ask: 'One destination needs 80 ms for a chunk, the other 5 ms. How long do ten chunks take, to both?',
    options: ['About 50 ms: what the fast one needs', 'About 425 ms: the mean of both', 'About 800 ms: what the slow one needs'],
    settings: { ...loop, chunk: 64 * KiB, count: 10, source_ms: 0, consumer_ms: [80, 5] },
    answer: (run) => nearest(run.summary.virtual_ms, [50, 425, 800]),
    why: 'The source goes on only when every destination that said false has drained. So the slowest one governs.',
  },
  {
    name: 'Question 4',
    title: 'The last drain',
    ask: 'Eight chunks, and each fills the queue: write() returns false eight times. The end is known with the last chunk. How many drains are there?',
    options: ['Eight: one for each false', 'Seven', 'None'],
    settings: { ...loop, chunk: 64 * KiB, count: 8, source_ms: 0, end: 'with_last' },
    answer: (run) => nearest(run.summary.drains, [8, 7, 0]),
    why: 'A stream that has been ended emits finish in place of the last drain. A program that waits for that drain waits forever.',
  },
  {
    name: 'Question 5',
    title: 'Nobody listens to false',
    ask: 'The program goes on writing, whatever write() returns. What comes of it?',
    options: ['The copy is done sooner', 'Some chunks are lost', 'It takes as long, and nearly everything waits in memory'],
    settings: { ...loop, count: 48, source_ms: 5, heed: 'no' },
    answer: (run, heeded) => (run.summary.bytes_sunk < run.settings.count * run.settings.chunk ? 1
      : run.summary.virtual_ms < 0.9 * heeded.summary.virtual_ms ? 0 : 2),
    why: 'The destination is no faster for it. All that comes too early waits, and memory grows with the file: in the guide, 1.52 GB in place of 87.8 MB.',
  },
];
