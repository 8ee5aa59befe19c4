package conduit

import (
	"io"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// fullPipe is a pipe that takes no more, and the consumer at its other end.
func fullPipe(t *testing.T) (c *consumer, take func(n int64)) {
	t.Helper()
	out, in := newPipe(t)
	raw := file{File: in}
	conn, _ := raw.SyscallConn()
	var fd int
	conn.Control(func(open uintptr) { fd = int(open) })
	c = new(newConsumer(raw, fd))
	for p := make([]byte, 4096); ; {
		n, err := unix.Write(fd, p)
		if err == unix.EAGAIN {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		c.wrote += int64(n)
	}
	c.filled()
	return c, func(n int64) {
		t.Helper()
		if _, err := io.CopyN(io.Discard, out, n); err != nil {
			t.Fatal(err)
		}
	}
}

// As long as the consumer takes nothing, the kernel says when it does. Then the copy
// naps until half is taken.
func TestNapWhileTheConsumerIsBusy(t *testing.T) {
	c, take := fullPipe(t)
	full := c.full
	if full < 4*4096 {
		t.Fatalf("the pipe holds %d bytes; the test wants more", full)
	}
	if nap := c.nap(); nap != 0 {
		t.Errorf("nap() before anything was taken = %v; want 0", nap)
	}
	take(4096)
	c.stirs()
	began := time.Now()
	if nap := c.nap(); nap != shortestNap {
		t.Errorf("nap() at an unknown rate = %v; want %v", nap, shortestNap)
	}
	const later = time.Millisecond
	c.napping = c.napping.Add(-later) // as if it had lasted so long
	take(full / 4)
	if c.wakes(later) {
		t.Error("wakes() with less than half taken = true; want false")
	}
	nap, first := c.nap(), later+time.Since(began) // at most
	if nap < shortestNap || nap > first {
		t.Errorf("nap() for the second quarter, when the first took %v = %v", first, nap)
	}
	c.napping = c.napping.Add(-later)
	take(full / 4)
	if !c.wakes(later) {
		t.Error("wakes() with half taken = false; want true")
	}
	c.nap()
	c.napping = c.napping.Add(-later)
	if !c.wakes(later) || !c.asks {
		t.Errorf("wakes() after nothing was taken = false, or asks is %v; want true: the rest is filled, and the kernel asked", c.asks)
	}
}

// Whoever wakes the copy in its nap does not end it for the consumer's sake.
func TestNapCutShort(t *testing.T) {
	c, take := fullPipe(t)
	c.stirs()
	c.nap()
	take(c.full)
	if c.wakes(time.Hour) {
		t.Error("wakes() in the midst of a nap = true; want false")
	}
	if c.asks {
		t.Error("a nap that was cut short counts as one in which nothing was taken")
	}
}

// What does not tell how much is in it is asked by poll alone.
func TestNoNapWithoutAPipe(t *testing.T) {
	f := newFile(t, nil)
	c := newConsumer(file{File: f}, int(f.Fd()))
	c.filled()
	c.stirs()
	if nap := c.nap(); nap != 0 {
		t.Errorf("nap() at a file = %v; want 0", nap)
	}
}

// TestSlowConsumer carries bytes to a consumer that takes a page at a time, and some.
func TestSlowConsumer(t *testing.T) {
	want := randomBytes(1 << 20)
	src := newFile(t, want)
	out, in := newPipe(t)
	k := newKernel(t, src, in, 64<<10, 64<<10)
	got := make(chan []byte)
	go func() {
		var all []byte
		for p := make([]byte, 4096); len(all) < len(want); {
			n, err := out.Read(p)
			if err != nil {
				break
			}
			all = append(all, p[:n]...)
		}
		got <- all
	}()
	for {
		n, err := fill(k, 64<<10)
		if err == io.EOF {
			break
		}
		if _, err := flush(k, n); err != nil {
			t.Fatal(err)
		}
	}
	if all := <-got; string(all) != string(want) {
		t.Errorf("%d of %d bytes came, or others", len(all), len(want))
	}
}
