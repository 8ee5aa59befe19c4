package evidence

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// tally counts what the samples of one end have found.
type tally struct {
	end       int
	samples   int
	processes map[string]*processTally // by command
	last      *processFinding          // in the last sample
	lastAt    time.Time

	tcpBefore, tcp *tcpFinding   // at the start, and at the last sample
	elapsed        time.Duration // then

	queues, queueHolds int
	queueBytes         int64
	capacity           int64

	disks, diskWaits int
	channels         counts
	stalledAt        time.Time // when stalled was told last; zero if the last sample did not
	stalledLast      time.Duration
	stalled, watched time.Duration // for how long some process waited for a disk, of how long

	limitLooks, limited int
	limitState          string
}

// processTally counts the samples whose culprit had one command.
type processTally struct {
	pid     int
	samples int
	states  counts
	cpu     time.Duration // used in the time below
	span    time.Duration // between samples, one after the other, of the same process
}

// Bounds on what a tally keeps. A shell can start another program at every moment.
const (
	mostCommands = 32
	mostWords    = 8
)

// mostProcesses is how many entries of processes an end may have.
const mostProcesses = 3

func newTally(end int) *tally {
	return &tally{end: end, processes: make(map[string]*processTally), channels: make(counts)}
}

// add adds a sample that was taken at a moment, after a copy of so long.
func (t *tally) add(f finding, at time.Time, elapsed time.Duration) {
	t.samples++
	t.elapsed = elapsed
	t.addProcess(f.process, at)
	if f.tcp != nil {
		t.tcp = f.tcp
	}
	if q := f.queue; q != nil {
		t.queues++
		t.queueBytes += q.bytes
		t.capacity = q.capacity
		if q.holds {
			t.queueHolds++
		}
	}
	t.addDisk(f.disk, at)
}

func (t *tally) addProcess(p *processFinding, at time.Time) {
	last, lastAt := t.last, t.lastAt
	t.last, t.lastAt = p, at
	if p == nil {
		return
	}
	of := t.processes[p.command]
	if of == nil {
		if len(t.processes) == mostCommands {
			return
		}
		of = &processTally{states: make(counts)}
		t.processes[p.command] = of
	}
	of.pid = p.id.pid
	of.samples++
	of.states.add(p.state)
	if last != nil && last.id == p.id {
		of.cpu += p.cpu - last.cpu
		of.span += at.Sub(lastAt)
	}
}

func (t *tally) addDisk(d *diskFinding, at time.Time) {
	if d == nil {
		return
	}
	t.disks++
	if d.waits {
		t.diskWaits++
		t.channels.add(d.channel)
	}
	if !d.told {
		return
	}
	if !t.stalledAt.IsZero() {
		t.stalled += d.stalled - t.stalledLast
		t.watched += at.Sub(t.stalledAt)
	}
	t.stalledAt, t.stalledLast = at, d.stalled
}

// counts is how often each word was seen.
type counts map[string]int

func (c counts) add(word string) {
	if _, known := c[word]; known || len(c) < mostWords {
		c[word]++
	}
}

// most returns the word that was seen most often.
func (c counts) most() string {
	var word string
	for _, w := range slices.Sorted(maps.Keys(c)) {
		if c[w] > c[word] {
			word = w
		}
	}
	return word
}

// entries returns the entries of all tallies. The end that was waited for most often
// comes first. A share does not tell that: it is one of the looks at its own end.
func entries(tallies []*tally) []Entry {
	tallies = slices.Clone(tallies)
	slices.SortStableFunc(tallies, func(a, b *tally) int {
		return cmp.Compare(b.samples+b.limited, a.samples+a.limited)
	})
	var all []Entry
	for _, t := range tallies {
		for _, e := range t.entries() {
			e.Side, e.Destination = sideOf(t.end)
			all = append(all, e)
		}
	}
	return all
}

// entries returns what explains most first: who it was, then what, and at last how much
// waits, which only shows that somebody is waited for.
func (t *tally) entries() []Entry {
	all := t.processEntries()
	if t.limited > 0 {
		limit := Entry{Kind: Limit, State: t.limitState, Share: share(t.limited, t.limitLooks)}
		first := len(all)
		if t.limited >= t.samples {
			first = 0
		}
		all = slices.Insert(all, first, limit)
	}
	if t.tcp != nil {
		all = append(all, t.tcpEntry())
	}
	if t.disks > 0 {
		all = append(all, t.diskEntry())
	}
	if t.queues > 0 {
		all = append(all, Entry{
			Kind: Queue, Bytes: t.queueBytes / int64(t.queues), Capacity: t.capacity,
			Share: share(t.queueHolds, t.samples),
		})
	}
	return all
}

func (t *tally) processEntries() []Entry {
	var all []Entry
	for _, command := range slices.Sorted(maps.Keys(t.processes)) {
		p := t.processes[command]
		e := Entry{Kind: Process, PID: p.pid, Command: command, State: p.states.most(), Share: share(p.samples, t.samples)}
		if p.span > 0 {
			e.CPUShare = new(float64(p.cpu) / float64(p.span))
		}
		all = append(all, e)
	}
	slices.SortStableFunc(all, func(a, b Entry) int { return cmp.Compare(b.Share, a.Share) })
	return all[:min(len(all), mostProcesses)]
}

func (t *tally) tcpEntry() Entry {
	var before tcpFinding
	if t.tcpBefore != nil {
		before = *t.tcpBefore
	}
	busy := t.tcp.busy - before.busy
	e := Entry{
		Kind:           TCP,
		ReceiverWindow: t.tcp.receiverWindow - before.receiverWindow,
		SendBuffer:     t.tcp.sendBuffer - before.sendBuffer,
		Retransmits:    t.tcp.retransmits - before.retransmits,
		RTT:            t.tcp.rtt,
	}
	e.Network = max(0, busy-e.ReceiverWindow-e.SendBuffer)
	if t.elapsed > 0 {
		e.Share = min(1, float64(busy)/float64(t.elapsed))
	}
	return e
}

func (t *tally) diskEntry() Entry {
	e := Entry{Kind: Disk, State: Running, Share: share(t.disks-t.diskWaits, t.disks)}
	if 2*t.diskWaits >= t.disks {
		e.State, e.Share, e.WaitChannel = InDisk, share(t.diskWaits, t.disks), t.channels.most()
	}
	if t.watched > 0 {
		e.StalledShare = new(min(1, float64(t.stalled)/float64(t.watched)))
	}
	return e
}

func share(n, of int) float64 { return float64(n) / float64(of) }
