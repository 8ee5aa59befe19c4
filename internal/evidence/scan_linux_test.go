package evidence

import (
	"testing"
	"time"
)

// slowly makes each look take one step of a scan, and each look an hour later than the
// one before.
func slowly(p *pursuit) {
	spent, now := time.Duration(0), time.Unix(1e9, 0)
	p.spent = func() time.Duration { spent += mostSpent/2 + 1; return spent }
	p.now = func() time.Time { now = now.Add(time.Hour); return now }
}

// looksFor looks until a scan is whole, and returns after how many looks it is, and what
// was found by then. Whoever has not seen all processes cannot say that somebody is the
// only one.
func looksFor(t *testing.T, p *pursuit, at place, each func(look int)) (looks int, found *processFinding) {
	t.Helper()
	for looks = 1; ; looks++ {
		found = p.culprit(at)
		if p.scan.whole {
			return looks, found
		}
		if found != nil {
			t.Fatalf("culprit() = %+v in look %d, before all were seen; want nil", found, looks)
		}
		each(looks)
	}
}

// A scan goes on where the look before has left it.
func TestScanInSteps(t *testing.T) {
	f := newFakeProc(t)
	f.add(2, filter("gzip", 1, 0).is("R"))
	f.add(3, filter("other", 7, 8))
	at := place{file{kind: pipe, ino: 1}, reads}
	p := newPursuit(newProc(f.root))
	slowly(p)
	// For each process three looks: at the folder, at what is in it, and at its end. One
	// more is to see whether there are new ones.
	if looks, found := looksFor(t, p, at, func(int) {}); looks != 7 || found == nil || found.command != "gzip" {
		t.Errorf("culprit() = %+v after %d looks; want gzip after 7", found, looks)
	}

	p = newPursuit(newProc(f.root))
	slowly(p)
	looks, found := looksFor(t, p, at, func(look int) {
		switch look {
		case 1:
			f.add(4, filter("bzip2", 1, 0).is("R")) // now there are two
		case 6:
			f.remove(2) // and the first one is gone, which was seen
		}
	})
	if looks != 11 || found == nil || found.command != "bzip2" {
		t.Errorf("culprit() = %+v after %d looks; want bzip2 after 11", found, looks)
	}
}

// Of a process with many descriptors a look takes a part only, whatever it may spend.
func TestScanInStepsWithin(t *testing.T) {
	const all = 1000
	f := newFakeProc(t)
	many := filter("server", 1, 0)
	for fd := range all - 1 {
		many = many.with(3+fd, in(100+fd))
	}
	f.add(2, many)
	s := newScan(newProc(f.root), us, nil)
	for steps, before := 0, 0; !s.whole; steps++ {
		asked := 0
		s.step(func() bool { asked++; return asked > 1 })
		if took := len(s.index) - before; took > 8<<10/24 || s.whole && steps < 3 {
			t.Fatalf("step %d took %d descriptors, and is the last: %v", steps, took, s.whole)
		}
		before = len(s.index)
	}
	if len(s.index) != all {
		t.Errorf("%d descriptors were seen; want %d", len(s.index), all)
	}
	s.close()
}

// Nobody waits for a scan at the end, and nothing stays open after it.
func TestScanIsOver(t *testing.T) {
	f := newFakeProc(t)
	f.add(2, filter("gzip", 1, 0).is("R"))
	at := place{file{kind: pipe, ino: 1}, reads}
	l := newLinux(Options{}, f.root)
	slowly(l.pursuit)
	l.culprit(at)
	if l.scan.folder == noFolder {
		t.Error("the scan is not within a process")
	}
	l.hurry()
	if found := l.culprit(at); found != nil || l.scan.whole {
		t.Errorf("culprit() = %+v, all seen: %v; want nil, false", found, l.scan.whole)
	}
	l.close()
	if l.scan.folder != noFolder {
		t.Error("a folder is still open")
	}
}

// A look that was long is followed by a time in which none goes on, and a scan by one
// that is longer, in which no other begins.
func TestScansTakeAHundredth(t *testing.T) {
	f := newFakeProc(t)
	h := newHolders(newProc(f.root))
	now, spent, perCall := time.Unix(1e9, 0), time.Duration(0), time.Second
	h.now = func() time.Time { return now }
	h.spent = func() time.Duration { spent += perCall; return spent }
	// look returns how long it took, and how long none will go on.
	look := func(ino uint64) (took, pause time.Duration) {
		h.begin()
		before, next := spent, h.next
		h.at(place{file{kind: pipe, ino: ino}, reads})
		if h.next.Equal(next) {
			return 0, 0
		}
		return spent - before - perCall, h.next.Sub(now) // the first call says only when it begins
	}
	first, pause := look(1) // it is given up at once
	if h.scan.whole || pause != 20*first {
		t.Errorf("the scan goes on in %v, whole %v; want in 20 times %v", pause, h.scan.whole, first)
	}
	now = h.next.Add(-1)
	if took, _ := look(2); took != 0 {
		t.Error("the scan went on before")
	}
	now, perCall = h.next, mostSpent/100
	second, pause := look(1)
	if !h.scan.whole || pause != 100*(first+second) {
		t.Errorf("the next scan may begin in %v, whole %v; want in 100 times %v", pause, h.scan.whole, first+second)
	}
	scan := h.scan
	now = h.next.Add(-1)
	if look(3); h.scan != scan {
		t.Error("another scan was made before")
	}
	now = h.next
	if look(4); h.scan == scan {
		t.Error("no other scan was made then")
	}
}

// What many processes share is nobody's, and costs little.
func TestScanOfMany(t *testing.T) {
	f := newFakeProc(t)
	const parent = 2
	f.add(parent, filter("make", 0, 1).is("R"))
	for pid := parent + 1; pid <= parent+mostShared; pid++ {
		f.add(pid, filter("cc", 0, 1).is("R").childOf(parent))
	}
	at := place{file{kind: pipe, ino: 1}, writes}
	p := newPursuit(newProc(f.root))
	p.spent = func() time.Duration { return 0 }
	if found := p.culprit(at); found != nil {
		t.Errorf("culprit() = %+v; want nil", found)
	}
	if asked := len(p.doing); asked > 0 {
		t.Errorf("%d processes were asked what they do; want none", asked)
	}
}
