package evidence

import (
	"maps"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

const (
	sysRead  = unix.SYS_READ
	sysWrite = unix.SYS_WRITE
)

// filter is a process from one pipe to another; 0 for none.
func filter(comm string, from, to int) task {
	fds := make(map[int]open)
	if from != 0 {
		fds[0] = in(from)
	}
	if to != 0 {
		fds[1] = out(to)
	}
	return task{comm: comm, fds: fds}
}

func (p task) reads() task {
	p.wchan, p.call = readingFrom(0)
	return p
}

func (p task) writes() task {
	p.wchan, p.call = writingTo(1)
	return p
}

func (p task) is(state string) task {
	p.state = state
	return p
}

func (p task) childOf(parent int) task {
	p.parent = parent
	return p
}

func (p task) with(fd int, o open) task {
	p.fds = maps.Clone(p.fds)
	p.fds[fd] = o
	return p
}

// secret leaves out what another user may not see: where it waits.
func (p task) secret() task {
	p.wchan, p.call = "0", ""
	return p
}

// secretCall leaves out the system call.
func (p task) secretCall() task {
	p.call = ""
	return p
}

// The culprit is who holds up a copy into pipe 1, or out of it, or nobody.
func TestCulprit(t *testing.T) {
	for name, tt := range map[string]struct {
		role  role // of the culprit's end of pipe 1
		tasks map[int]task
		want  string
	}{
		"nobody":                {reads, nil, ""},
		"a consumer":            {reads, map[int]task{2: filter("gzip", 1, 0).is("R")}, "gzip running"},
		"its writer is another": {reads, map[int]task{2: filter("gzip", 1, 0), 3: filter("yes", 0, 1)}, "gzip sleeping"},
		"a producer":            {writes, map[int]task{2: filter("gzip", 1, 0), 3: filter("xz", 0, 1).is("R")}, "xz running"},
		"a stopped one":         {reads, map[int]task{2: filter("cat", 1, 5).writes().is("T"), 3: filter("wc", 5, 0)}, "cat stopped"},
		"one in a disk":         {reads, map[int]task{2: filter("cat", 1, 0).is("D")}, "cat disk"},
		"one that has ended":    {reads, map[int]task{2: filter("cat", 1, 0).is("Z")}, ""},
		"one that wants more":   {reads, map[int]task{2: filter("cat", 1, 0).reads()}, "cat reading"},
		"read and write":        {reads, map[int]task{2: {comm: "dd", fds: map[int]open{3: {"pipe:[1]", both}}}}, "dd sleeping"},
		"hostile":               {reads, map[int]task{2: filter("a) R 1\n(b", 1, 0)}, "a) R 1\n(b sleeping"},
		"two cats on": {reads, map[int]task{
			2: filter("cat", 1, 2).writes(), 3: filter("cat", 2, 3).writes(), 4: filter("gzip", 3, 0).is("R"),
		}, "gzip running"},
		"two cats back": {writes, map[int]task{
			2: filter("cat", 2, 1).reads(), 3: filter("cat", 3, 2).reads(), 4: filter("xz", 0, 3).is("R"),
		}, "xz running"},
		"which pipe it waits for is not told": {reads, map[int]task{
			2: filter("cat", 1, 2).writes().secretCall(), 3: filter("gzip", 2, 0).is("R"),
		}, "gzip running"},
		"and there are two": {reads, map[int]task{
			2: filter("tee", 1, 2).writes().secretCall().with(3, out(3)), 3: filter("gzip", 2, 0), 4: filter("gzip", 3, 0),
		}, "tee writing"},
		"whether it waits is not told": {reads, map[int]task{
			2: filter("cat", 1, 2).writes().secret(), 3: filter("gzip", 2, 0).is("R"),
		}, "cat sleeping"},
		"the next one cannot be seen": {reads, map[int]task{2: filter("cat", 1, 2).writes()}, "cat writing"},
		"it waits for another producer": {reads, map[int]task{
			2: func() task {
				p := filter("paste", 1, 0).with(3, in(7))
				p.wchan, p.call = readingFrom(3)
				return p
			}(),
			3: filter("sleep", 0, 7),
		}, "sleep sleeping"},
		"a loop": {reads, map[int]task{
			2: filter("cat", 1, 2).writes(), 3: filter("tee", 2, 3).writes(), 4: filter("cat", 3, 0).with(1, out(4)).writes(),
			5: filter("sed", 4, 0).with(1, out(2)).writes(),
		}, "sed writing"},
		"the copy itself is behind it": {reads, map[int]task{
			2: filter("cat", 1, 2).writes(), us: filter("bpcopy", 2, 1),
		}, "cat writing"},
		"a shell that has started it": {reads, map[int]task{
			2: filter("sh", 1, 0), 3: filter("sh", 1, 0).childOf(2), 4: filter("gzip", 1, 0).is("R").childOf(3),
		}, "gzip running"},
		"a child that merely has it": {reads, map[int]task{
			2: filter("sed", 1, 0).reads(), 3: filter("sleep", 1, 0).childOf(2),
		}, "sed reading"},
		"a shell that waits for one which may not be seen": {reads, map[int]task{
			2: waitsForChild(filter("sh", 1, 0)), 3: task{comm: "sudo"}.childOf(2),
		}, ""},
		"a shell that waits for one which has not the pipe": {reads, map[int]task{
			2: waitsForChild(filter("sh", 1, 0)), 3: filter("sleep", 5, 0).childOf(2),
		}, "sh sleeping"},
		"two, and neither is seen to wait": {reads, map[int]task{2: filter("a", 1, 0), 3: filter("b", 1, 0)}, ""},
		"two that wait":                    {reads, map[int]task{2: filter("a", 1, 0).reads(), 3: filter("b", 1, 0).reads()}, ""},
		"another bpcopy": {reads, map[int]task{
			2: filter("bpcopy", 1, 2).with(7, out(2)).with(8, in(9)).with(9, out(9)).with(10, out(9)), 3: filter("gzip", 2, 0).is("R"),
		}, "gzip running"},
		"another bpcopy, as producer": {writes, map[int]task{
			2: filter("bpcopy", 2, 1).with(7, in(2)), 3: filter("xz", 0, 2).is("R"),
		}, "xz running"},
		"another bpcopy, which has a rate": {reads, map[int]task{
			2: filter("bpcopy", 1, 2).with(7, out(2)), 3: filter("gzip", 2, 0).reads(),
		}, "bpcopy sleeping"},
		"another bpcopy, which has inherited a pipe": {reads, map[int]task{
			us: filter("bpcopy", 0, 1).with(5, out(5)), 2: filter("bpcopy", 1, 2).with(7, out(2)).with(5, out(5)).with(6, out(5)),
			3: filter("gzip", 2, 0).is("R"),
		}, "gzip running"},
		"another bpcopy, to a file, with a standard output that it does not use": {reads, map[int]task{
			2: filter("bpcopy", 1, 2), 3: filter("runner", 2, 0),
		}, "bpcopy sleeping"},
		"another bpcopy, to a file, whose errors are read": {reads, map[int]task{
			2: filter("bpcopy", 1, 0).with(1, out(2)).with(2, out(2)), 3: filter("runner", 2, 0),
		}, "bpcopy sleeping"},
		"which pipe it waits for is not told, but it has one for its errors": {reads, map[int]task{
			2: filter("cat", 1, 2).writes().secretCall().with(2, out(3)), 3: filter("gzip", 2, 0).is("R"), 4: filter("runner", 3, 0),
		}, "gzip running"},
		"another program that polls": {reads, map[int]task{
			2: filter("pv", 1, 2), 3: filter("gzip", 2, 0).is("R"),
		}, "pv sleeping"},
		"one that runs, with another one behind it": {reads, map[int]task{
			2: filter("cat", 1, 2).is("R"), 3: filter("gzip", 2, 0).is("R"),
		}, "cat running"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFakeProc(t)
			for pid, p := range tt.tasks {
				f.add(pid, p)
			}
			p := newPursuit(newProc(f.root))
			got := ""
			if found := p.culprit(place{file{kind: pipe, ino: 1}, tt.role}); found != nil {
				got = found.command + " " + found.state
			}
			if got != tt.want {
				t.Errorf("culprit() = %q; want %q", got, tt.want)
			}
		})
	}
}

// A process that runs is the culprit, unless it has hardly used a processor since it was
// seen to wait for another one, and that one does not wait for it.
func TestCulpritIsBusy(t *testing.T) {
	f := newFakeProc(t)
	p := newPursuit(newProc(f.root))
	p.spent = func() time.Duration { return 0 } // or the next scan would have to wait
	now := time.Unix(1e9, 0)
	p.now = func() time.Time { return now }
	sort, gzip := filter("sort", 1, 2), filter("gzip", 2, 0)
	for i, tt := range []struct {
		first, second task
		cpu           int // of the first one, in ticks
		want          string
	}{
		{sort.is("R"), gzip.is("R"), 500, "sort"}, // it was never seen to wait
		{sort.writes(), gzip.is("R"), 500, "gzip"},
		{sort.is("R"), gzip.is("R"), 502, "gzip"}, // woken, a fifth of the time
		{sort.is("R"), gzip.is("R"), 505, "sort"}, // three tenths
		{sort.is("R"), gzip.is("R"), 506, "gzip"},
		{sort.is("R"), gzip.reads(), 506, "sort"}, // the second one waits for it
	} {
		tt.first.cpu = tt.cpu
		f.add(2, tt.first)
		f.add(3, tt.second)
		found := p.culprit(place{file{kind: pipe, ino: 1}, reads})
		if found == nil || found.command != tt.want {
			t.Errorf("%d: culprit() = %+v; want %s", i, found, tt.want)
		}
		now = now.Add(100 * time.Millisecond)
	}
}

// Without /proc nothing is found, and nothing fails.
func TestNoProc(t *testing.T) {
	p := newPursuit(newProc(t.TempDir() + "/missing"))
	if found := p.culprit(place{file{kind: pipe, ino: 1}, reads}); found != nil {
		t.Errorf("culprit() = %+v; want nil", found)
	}
	if !p.next.IsZero() {
		t.Error("a scan was made for nothing")
	}
}

// What was found is kept while it is true. Scans that find nothing become rare.
func TestScans(t *testing.T) {
	f := newFakeProc(t)
	p := newPursuit(newProc(f.root))
	now := time.Unix(1e9, 0)
	p.now = func() time.Time { return now }
	p.spent = func() time.Duration { return 0 }
	at := place{file{kind: pipe, ino: 1}, reads}
	scans := 0
	look := func() (comm string) {
		found := p.culprit(at)
		if p.scan != nil {
			scans++
		}
		if found != nil {
			comm = found.command
		}
		now = now.Add(100 * time.Millisecond)
		return comm
	}
	for range 600 { // a minute
		look()
	}
	if scans != 10 { // after 0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3, 12.7, 25.5, 51.1 s
		t.Errorf("%d scans in a minute that find nothing; want 10", scans)
	}
	f.add(2, filter("gzip", 1, 0))
	now, scans = now.Add(time.Minute), 0
	for range 100 {
		if got := look(); got != "gzip" {
			t.Fatalf("found %q; want gzip", got)
		}
	}
	if scans != 1 {
		t.Errorf("%d scans while nothing changed; want 1", scans)
	}
	f.remove(2) // and another one takes over at once
	f.add(3, filter("bzip2", 1, 0))
	if got := look(); got != "bzip2" || scans != 2 {
		t.Errorf("found %q after %d scans; want bzip2 after 2", got, scans)
	}
	f.add(3, filter("sh", 1, 0)) // no longer open at once: it is the same process
	f.link("3/fd/0", "pipe:[7]")
	if got := look(); got != "" {
		t.Errorf("found %q, which has closed it", got)
	}
}

// A shell that waits for a command may have started one meanwhile.
func TestShellWaits(t *testing.T) {
	f := newFakeProc(t)
	p := newPursuit(newProc(f.root))
	now := time.Unix(1e9, 0)
	p.now = func() time.Time { return now }
	p.spent = func() time.Duration { return 0 }
	at := place{file{kind: pipe, ino: 1}, reads}
	shell := filter("sh", 1, 0)
	f.add(2, shell.is("R"))
	if found := p.culprit(at); found == nil || found.command != "sh" {
		t.Errorf("culprit() = %+v; want sh", found)
	}
	shell.wchan = "do_wait"
	f.add(2, shell)
	f.add(3, filter("gzip", 1, 0).childOf(2))
	now = now.Add(firstWait)
	if found := p.culprit(at); found == nil || found.command != "gzip" {
		t.Errorf("culprit() = %+v; want gzip", found)
	}
}

// waitsForChild is a process that waits for one that it has started.
func waitsForChild(p task) task {
	p.wchan, p.call = "do_wait", ""
	return p
}
