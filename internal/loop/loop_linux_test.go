package loop

import (
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func newLoop(t *testing.T) *Loop {
	t.Helper()
	l, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// TestJobs: what is to be done soon is done once, times are kept in their order,
// and what was taken back is not done.
func TestJobs(t *testing.T) {
	l := newLoop(t)
	var done []string
	job := func(name string) *Job { return &Job{Do: func() { done = append(done, name) }} }
	start := time.Now()
	soon, first, second, canceled, late := job("soon"), job("first"), job("second"), job("canceled"), job("late")
	last := &Job{Do: l.Stop}
	l.Soon(soon)
	l.Soon(soon)
	l.Soon(canceled)
	l.At(canceled, start)
	l.Cancel(canceled)
	l.At(second, start.Add(2*time.Millisecond))
	l.At(first, start.Add(time.Millisecond))
	l.At(late, start)
	l.At(late, start.Add(3*time.Millisecond))
	l.At(last, start.Add(4*time.Millisecond))
	l.Run()
	if want := []string{"soon", "first", "second", "late"}; !slices.Equal(done, want) {
		t.Errorf("%q were done; want %q", done, want)
	}
	if time.Since(start) < 4*time.Millisecond {
		t.Error("the last job was done before its time")
	}
}

// watcher notes its events, and calls after.
type watcher struct {
	seen  []Events
	after func()
}

func (w *watcher) Ready(e Events) {
	w.seen = append(w.seen, e)
	if w.after != nil {
		w.after()
	}
}

// TestEvents: a change is told once, and nothing of a descriptor that was
// removed, even if its slot is used again.
func TestEvents(t *testing.T) {
	l := newLoop(t)
	pair := func() (int, int) {
		fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { unix.Close(fds[0]); unix.Close(fds[1]) })
		return fds[0], fds[1]
	}
	a, peer := pair()
	b, other := pair()
	w := &watcher{}
	watch, err := l.Add(a, w)
	if err != nil {
		t.Fatal(err)
	}
	l.Remove(watch)
	unix.EpollCtl(l.poll, unix.EPOLL_CTL_DEL, a, nil)
	successor := &watcher{}
	if _, err := l.Add(b, successor); err != nil {
		t.Fatal(err)
	}
	unix.Write(peer, []byte("x"))
	unix.Write(other, []byte("y"))
	rounds := 0
	round := &Job{}
	round.Do = func() {
		if rounds++; rounds < 5 {
			l.Soon(round)
		} else {
			l.Stop()
		}
	}
	l.Soon(round)
	l.Run()
	if len(w.seen) > 0 {
		t.Errorf("a descriptor that was removed has the events %x", w.seen)
	}
	if len(successor.seen) != 1 || !successor.seen[0].Has(Readable) {
		t.Errorf("the events are %x; want one that is readable", successor.seen)
	}
}

// TestPost: other goroutines wake a loop up.
func TestPost(t *testing.T) {
	l := newLoop(t)
	ended := make(chan struct{})
	go func() { l.Run(); close(ended) }()
	done := make(chan int, 100)
	for i := range 100 {
		l.Post(func() { done <- i })
	}
	for i := range 100 {
		if got := <-done; got != i {
			t.Fatalf("post %d came as number %d", got, i)
		}
	}
	l.Stop()
	<-ended
}
