package transfer

import (
	"io"
	"testing"

	"bpcopy/internal/throttle"
)

// What was read before the script ended the source is not lost, although the machine is
// yet to hear of it: whoever watches the scripts may be faster than the goroutine that
// reads.
func TestScriptedEndKeepsWhatWasRead(t *testing.T) {
	for _, end := range []string{"close", "fail ECONNRESET"} {
		opts := marks(4000, 4000, 1000)
		opts.Producer = script(t, "unlimited for 1B; "+end)
		c, err := New(sourceOf(5000), []Destination{&checked{t: t}}, opts)
		if err != nil {
			t.Fatal(err)
		}
		c.begin(func() {})
		if task := c.input.take(); task != read {
			t.Fatalf("%s: the task is %v; want a read", end, task)
		}
		n, err := c.input.inTime(t.Context(), 1000, 0) // the script is over with this
		c.endScripts()
		if n != 1 || err != nil || c.input.ended || c.over {
			t.Fatalf("%s: %d bytes, %v, ended %v, over %v; want 1 of which nobody knows", end, n, err, c.input.ended, c.over)
		}
		c.input.tell(n, err)
		if got := c.outs[0].batch; got != 1 {
			t.Errorf("%s: %d bytes are to be written; want 1", end, got)
		}
		c.input.told()
		if failed := c.over; !c.input.ended && !failed || failed != (end != "close") {
			t.Errorf("%s: ended %v, failed %v", end, c.input.ended, failed)
		}
	}
}

// Where nothing is on its way, the source ends at the script's moment.
func TestScriptedEndWaitsForNobody(t *testing.T) {
	opts := marks(4000, 4000, 1000)
	opts.Producer = script(t, "close")
	c, err := New(sourceOf(5000), []Destination{&checked{t: t}}, opts)
	if err != nil {
		t.Fatal(err)
	}
	c.begin(func() {})
	c.input.ends(&scriptedEnd{&throttle.End{}})
	if !c.input.ended {
		t.Error("the source has not ended")
	}
}

// Nor is what would have been read next: once the machine knows of the end, nothing is
// taken from the source that nobody would hear of. The goroutine that reads may come
// late to a slice whose moment was before the end.
func TestScriptedEndReadsNoMore(t *testing.T) {
	opts := marks(4000, 4000, 1000)
	opts.Producer = script(t, "unlimited for 10s; close")
	c, err := New(sourceOf(5000), []Destination{&checked{t: t}}, opts)
	if err != nil {
		t.Fatal(err)
	}
	c.begin(func() {})
	if _, _, err := c.input.step(1000, 0); err != nil {
		t.Fatal(err)
	}
	c.input.told()
	read := c.input.bytes.Load()
	c.input.ends(&scriptedEnd{&throttle.End{}})
	n, wait, err := c.input.step(1000, 0)
	if n != 0 || wait != 0 || err != io.EOF || c.input.bytes.Load() != read {
		t.Errorf("step() after the end = %d, %v, %v; want 0, 0s, %v", n, wait, err, io.EOF)
	}
}
